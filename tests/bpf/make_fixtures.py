#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""make_fixtures.py - writes the venue's rules, the frames and what must become of them.

They go to one text file, fixtures.tsv in FOLDER, which tests/bpf/fixtures.c reads: words
between tabs, the first of a line says what kind of line it is.
"""
import os
import sys

try:
    import scapy.packet  # noqa: F401
except ImportError:
    # Debian's scapy belongs to Debian's python3, which needn't be the first one in PATH.
    if os.path.realpath(sys.executable) != os.path.realpath("/usr/bin/python3"):
        os.execv("/usr/bin/python3", ["/usr/bin/python3"] + sys.argv)
    sys.exit('make_fixtures: the module "scapy" is missing; install the package python3-scapy')

sys.dont_write_bytecode = True  # the source tree stays as it is
from fixtures import arp, back, domains, garden, ip, l2, names, nd, session, source, tcp, udp, web, world


def main():
    if len(sys.argv) != 2:
        sys.exit("usage: make_fixtures.py FOLDER")
    world.write_rules()
    for topic in (arp, nd, names, domains, garden, tcp, web, udp, ip, l2, session, source, back):
        topic.write()
    os.makedirs(sys.argv[1], exist_ok=True)
    with open(os.path.join(sys.argv[1], "fixtures.tsv"), "w", encoding="ascii") as file:
        file.write("\n".join(world.lines) + "\n")


main()
