/* SPDX-License-Identifier: MIT */
/*
 * privileges.h - what xdp511-portal may still do, in four steps.
 *
 *   privileges_leave_root()  before anything is opened: a user of its own, who may bind low ports
 *   privileges_limit_files() before anything is started: only the files that are named
 *   privileges_limit_capabilities() once all listens, before a thread is started: none
 *   privileges_limit_calls() once all has started: no other program
 *
 * All that is opened is opened as that user, so that a reload meets what the start has met.
 */
#ifndef XDP511_PORTAL_PRIVILEGES_H
#define XDP511_PORTAL_PRIVILEGES_H

#include "base/config.h"
#include "base/log.h"

/* Root makes the directories of state and socket for that user, unless they are there. */
int privileges_make_directories(const struct config_web *web, struct error *error);

/* Who isn't root stays who it is. */
int privileges_leave_root(struct error *error);

/* @file is the configuration's own: it is read again. Kernels without Landlock go without. */
int privileges_limit_files(const struct config *config, const char *file, struct error *error);

int privileges_limit_capabilities(struct error *error);

/* Of all threads. */
int privileges_limit_calls(struct error *error);

#endif /* XDP511_PORTAL_PRIVILEGES_H */
