#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""router_talk.py - router solicitations and advertisements on an interface, as they are on the wire.

  listen INTERFACE   a JSON line for each advertisement, until it is ended
  ask INTERFACE N    N solicitations
  be-router INTERFACE SOURCE   one advertisement of a default router by that address
"""
import json
import sys
import time

from scapy.all import conf, get_if_hwaddr, sendp, sniff
from scapy.layers.inet6 import ICMPv6ND_RA, ICMPv6ND_RS, ICMPv6NDOptSrcLLAddr, IPv6, in6_chksum
from scapy.layers.l2 import Ether


def tell(frame):
    ip = frame[IPv6]
    message = bytes(ip.payload)
    options, at = [], 16
    while at < len(message):
        size = message[at + 1] * 8
        options.append({"type": message[at], "size": size,
            "value": message[at + 2:at + size].decode("latin-1")})
        at += size or len(message)
    print(json.dumps({
        "at": float(frame.time), "to_mac": frame.dst, "from": ip.src, "to": ip.dst,
        "hop_limit": ip.hlim, "type": message[0], "code": message[1],
        "sum_is_right": in6_chksum(58, ip, message) == 0, "cur_hop_limit": message[4],
        "flags": message[5], "lifetime": int.from_bytes(message[6:8], "big"),
        "reachable": int.from_bytes(message[8:12], "big"),
        "retrans": int.from_bytes(message[12:16], "big"),
        "options": options}), flush=True)


def listen(interface):
    print(json.dumps({"listens": interface}), flush=True)
    sniff(iface=interface, store=False, prn=tell,
        lfilter=lambda frame: ICMPv6ND_RA in frame and frame.dst != get_if_hwaddr(interface))


def ask(interface, n):
    frame = Ether(src=get_if_hwaddr(interface), dst="33:33:00:00:00:02") / IPv6(
        src="fe80::511:1", dst="ff02::2", hlim=255) / ICMPv6ND_RS()
    for _ in range(int(n)):
        sendp(frame, iface=interface, verbose=False)
        time.sleep(0.05)


def be_router(interface, source):
    mac = get_if_hwaddr(interface)
    sendp(Ether(src=mac, dst="33:33:00:00:00:01") / IPv6(src=source, dst="ff02::1", hlim=255)
        / ICMPv6ND_RA(routerlifetime=1800) / ICMPv6NDOptSrcLLAddr(lladdr=mac),
        iface=interface, verbose=False)


conf.verb = 0
{"listen": listen, "ask": ask, "be-router": be_router}[sys.argv[1]](*sys.argv[2:])
