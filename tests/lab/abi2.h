/* SPDX-License-Identifier: GPL-2.0-only OR MIT */
/* abi2.h - what abi2.c gives to the program of abi2.bpf.c that adds to a session's counters. */
#ifndef ABI2_H
#define ABI2_H

#include <xdp511/abi.h>

struct abi2_credit {
	struct session_key device;
	__u64 up_packets;
	__u64 up_bytes;
	__u64 down_packets;
	__u64 down_bytes;
};

#endif /* ABI2_H */
