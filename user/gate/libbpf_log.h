/* SPDX-License-Identifier: MIT */
/* libbpf_log.h - libbpf's chatter, kept off stderr; the first warning serves our own sentence. */
#ifndef XDP511_LIBBPF_LOG_H
#define XDP511_LIBBPF_LOG_H

/* From now on libbpf prints nothing, and any earlier warning is forgotten. */
void libbpf_log_start(void);

/* ": " and the first warning since then, or "" without one. Valid until the next start. */
const char *libbpf_log_reason(void);

#endif /* XDP511_LIBBPF_LOG_H */
