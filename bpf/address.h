/* SPDX-License-Identifier: GPL-2.0-only */
/* address.h - what kind of address one is. */
#ifndef XDP511_ADDRESS_H
#define XDP511_ADDRESS_H

static __always_inline bool is_own_address(const struct address *address)
{
	return bpf_map_lookup_elem(&x511_own, address);
}

static __always_inline bool is_unspecified_ipv6(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return !word[0] && !word[1] && !word[2] && !word[3];
}

static __always_inline bool is_link_local(const struct address *address)
{
	return address->bytes[0] == 0xfe && (address->bytes[1] & 0xc0) == 0x80;
}

static __always_inline bool is_same_address(const struct address *a, const struct address *b)
{
	const __u32 *one = (const __u32 *)a->bytes, *other = (const __u32 *)b->bytes;

	return one[0] == other[0] && one[1] == other[1] && one[2] == other[2] && one[3] == other[3];
}

static __always_inline bool is_ipv4_group(__be32 ipv4_be)
{
	return (ipv4_be & bpf_htonl(0xf0000000)) == bpf_htonl(0xe0000000) || ipv4_be == 0xffffffff;
}

/* Groups, broadcast and loopback: nobody's address (RFC 1122 3.2.1.3). */
static __always_inline bool is_nobodys_ipv4(__be32 ipv4_be)
{
	return is_ipv4_group(ipv4_be) || (ipv4_be & bpf_htonl(0xff000000)) == bpf_htonl(0x7f000000);
}

/* Groups, and ::/64: loopback, and forms that never travel (RFC 4291 2.5). */
static __always_inline bool is_nobodys_ipv6(const struct address *address)
{
	const __u32 *word = (const __u32 *)address->bytes;

	return address->bytes[0] == 0xff || (!word[0] && !word[1]);
}

#endif /* XDP511_ADDRESS_H */
