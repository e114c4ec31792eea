/* SPDX-License-Identifier: MIT */
/* link_key.c - the key that signs portal links: made once, kept in the state directory. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <nettle/base16.h>
#include <sys/random.h>
#include <sys/stat.h>

#include <xdp511/names.h>

#include "base/directory.h"
#include "controller/link_key.h"

#define KEY_TEXT   (2 * LINK_KEY_SIZE)
#define STATE_MODE 0710 /* the group may go through to the sign-in log */

/* Written under another name first, so that a half-written key never gets the right name. */
static int make_key(const char *path)
{
	uint8_t key[LINK_KEY_SIZE];
	char text[KEY_TEXT + 1];
	char draft[256];
	int fd, err = 0;

	if (getrandom(key, sizeof(key), 0) != sizeof(key))
		return -EIO;
	base16_encode_update(text, sizeof(key), key);
	text[KEY_TEXT] = '\n';
	snprintf(draft, sizeof(draft), "%s.new", path);
	(void)unlink(draft); /* of a start that was interrupted */
	fd = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600);
	if (fd < 0)
		return -errno;
	if (write(fd, text, sizeof(text)) != sizeof(text) || fsync(fd))
		err = errno ? -errno : -EIO;
	close(fd);
	/* link() refuses an existing name, as O_EXCL does. */
	if (!err && link(draft, path) && errno != EEXIST)
		err = -errno;
	(void)unlink(draft);
	return err;
}

static int read_key(const char *path, uint8_t ret_key[LINK_KEY_SIZE])
{
	uint8_t key[BASE16_DECODE_LENGTH(KEY_TEXT)];
	struct base16_decode_ctx decoder;
	char text[KEY_TEXT + 2];
	size_t size = sizeof(key);
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);

	if (fd < 0)
		return -errno;
	n = read(fd, text, sizeof(text));
	close(fd);
	if (n != KEY_TEXT + 1 || text[KEY_TEXT] != '\n')
		return -EINVAL;
	base16_decode_init(&decoder);
	if (!base16_decode_update(&decoder, &size, key, KEY_TEXT, text) ||
	    !base16_decode_final(&decoder) || size != LINK_KEY_SIZE)
		return -EINVAL;
	memcpy(ret_key, key, LINK_KEY_SIZE);
	return 0;
}

int link_key_load(const char *state_dir, uint8_t ret_key[LINK_KEY_SIZE], struct error *error)
{
	char path[200];
	int err;

	err = directory_make(state_dir, STATE_MODE);
	if (err)
		return fail(error, -err,
			    "the state directory '%s' could not be made: %s; make it, or "
			    "change `state-dir`",
			    state_dir, strerror(-err));
	snprintf(path, sizeof(path), "%s/%s", state_dir, X511_LINK_KEY);
	err = read_key(path, ret_key);
	if (err == -ENOENT) {
		err = make_key(path);
		if (!err)
			err = read_key(path, ret_key);
	}
	if (err == -EINVAL)
		return fail(error, EINVAL,
			    "'%s' is no key (64 hexadecimal digits and a newline); restore "
			    "it, or remove it to get a new one",
			    path);
	if (err)
		return fail(error, -err,
			    "the key '%s' could not be made or read: %s; let the daemon "
			    "write there, or change `state-dir`",
			    path, strerror(-err));
	return 0;
}
