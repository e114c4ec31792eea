#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""forge_answer.py - a guest asks a resolver, and somebody else answers in the resolver's name.

usage: forge_answer.py ask INTERFACE MAC GATEWAY_MAC GUEST RESOLVER NAME ID ADDRESS
       forge_answer.py answer INTERFACE MAC GATEWAY_MAC GUEST RESOLVER NAME ID ADDRESS
       forge_answer.py resolver GUEST RESOLVER NAME ID ADDRESS

"ask" sends the guest's question, for the family of ADDRESS, from port 4444; "answer" the forged
answer to it; both as frames with source MAC. "resolver" is the resolver itself, by its port 53.
"""
import socket
import sys

from scapy.layers.dns import DNS, DNSQR, DNSRR
from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.sendrecv import sendp

PORT = 4444


def ip(src, dst):
    return IPv6(src=src, dst=dst) if ":" in src else IP(src=src, dst=dst)


def question(name, address):
    return DNSQR(qname=name, qtype="AAAA" if ":" in address else "A")


def answer(name, number, address):
    kind = "AAAA" if ":" in address else "A"
    return DNS(id=number, qr=1, rd=1, ra=1, qd=question(name, address),
        an=DNSRR(rrname=name, type=kind, ttl=3600, rdata=address))


def send(interface, mac, gateway, packet):
    sendp(Ether(src=mac, dst=gateway) / packet, iface=interface, verbose=False)


def main(verb, *words):
    guest, resolver, name, number, address = words[-5:]
    forged = bytes(answer(name, int(number), address))
    if verb == "ask":
        send(*words[:3], ip(guest, resolver) / UDP(sport=PORT, dport=53)
            / DNS(id=int(number), rd=1, qd=question(name, address)))
    elif verb == "answer":
        send(*words[:3], ip(resolver, guest) / UDP(sport=53, dport=PORT) / forged)
    else:
        family = socket.AF_INET6 if ":" in resolver else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as sock:
            sock.bind((resolver, 53))
            sock.sendto(forged, (guest, PORT))


main(*sys.argv[1:])
