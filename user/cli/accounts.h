/* SPDX-License-Identifier: MIT */
/* accounts.h - what the verbs for vouchers and users share: limits, lists, and a sheet to print. */
#ifndef XDP511_CLI_ACCOUNTS_H
#define XDP511_CLI_ACCOUNTS_H

#include <stdbool.h>

#include <jansson.h>

#include "cli/client.h"
#include "cli/options.h"

/* The limits of the command line as fields of a body; false: out of memory. */
bool add_limits(json_t *body, const struct arguments *arguments);

/* The first option for limits that was given, or NULL: for actions that take none. */
const char *given_limit(const struct arguments *arguments);

/* A limit of an answer: "zone" for null, "none" for 0. Returns @buffer or a constant. */
#define LIMIT_TEXT 32
typedef char *format_fn(uint64_t value, char *buffer, size_t size);
const char *limit_text(const json_t *object, const char *name, format_fn *format,
		       char buffer[LIMIT_TEXT]);

/*
 * Asks for a list as lines, and calls @take with each object of it; a failure leaves a sentence.
 */
typedef enum outcome (*object_fn)(void *context, const json_t *object, struct error *error);
enum outcome list_objects(struct request *request, object_fn take, void *context,
			  struct error *error);

/* voucher_sheet.c: a page of HTML to be printed, made voucher by voucher. */
struct sheet;
/* Opens @file, which may not be there; asks the portal where guests sign in. */
enum outcome sheet_open(const struct arguments *arguments, const char *file,
			struct sheet **ret_sheet, struct error *error);
enum outcome sheet_add(struct sheet *sheet, const json_t *voucher, struct error *error);
/* Writes the rest; without @is_whole the file is removed. Takes NULL. */
enum outcome sheet_close(struct sheet *sheet, bool is_whole, struct error *error);

/* password.c: a line from a terminal, without echo, or from standard input. */
#define PASSWORD_SIZE 256
enum outcome read_password(const char *prompt, char password[PASSWORD_SIZE], struct error *error);

#endif /* XDP511_CLI_ACCOUNTS_H */
