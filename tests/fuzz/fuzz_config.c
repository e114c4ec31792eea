/* SPDX-License-Identifier: MIT */
/* fuzz_config.c - any bytes as the configuration file: read or refused with a clean sentence. */
#include <stdlib.h>
#include <string.h>

#include "base/config.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct config *config = NULL;
	struct error error = {""};
	size_t i;
	int err = config_parse((const char *)data, size, "fuzz.conf", &config, &error);

	if (err ? strncmp(error.text, "fuzz.conf:", 10) || config : !config)
		abort();
	for (i = 0; error.text[i]; i++) {
		if ((unsigned char)error.text[i] < ' ' || error.text[i] == 0x7f)
			abort();
	}
	/* What the rest of the product relies on. */
	if (config && (!config->gateway.n_interfaces || !config->zones[0].portal.host[0] ||
		       config_find_zone(config, "default") != config->zones))
		abort();
	config_free(config);
	return 0;
}
