/* SPDX-License-Identifier: MIT */
/* describe.h - `xdp511d --describe`: the tables of the program as JSON, from which the manual is made. */
#ifndef XDP511_DESCRIBE_H
#define XDP511_DESCRIBE_H

#define DESCRIBE_OPTION "--describe"

/* Prints it; 0 or -EIO. */
int describe_tables(void);

#endif /* XDP511_DESCRIBE_H */
