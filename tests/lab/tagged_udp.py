#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tagged_udp.py INTERFACE GATEWAY-MAC TAGS ADDRESS PORT [COUNT] - sends UDP datagrams with VLAN tags.

TAGS as in tagged_request.py. Whoever wants to know what becomes of them reads the gate's counters.
"""
import socket
import sys

from scapy.layers.inet import IP, UDP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Dot1Q, Ether


def frame(source, gateway, tags, address, port):
    layers = Ether(src=source, dst=gateway)
    outer = layers
    for tag in [] if tags == "none" else tags.split(","):
        tpid, vlan = tag.split(":")
        outer.type = int(tpid, 16)
        outer = Dot1Q(vlan=int(vlan))
        layers = layers / outer
    ip = IPv6(src="fd00:511:1::20", dst=address) if ":" in address else IP(src="198.18.1.20", dst=address)
    return bytes(layers / ip / UDP(sport=5300, dport=port) / b"datagram")


def main():
    interface, gateway, tags, address, port = sys.argv[1:6]
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packet.bind((interface, 0))
    source = ":".join(f"{byte:02x}" for byte in packet.getsockname()[4])
    data = frame(source, gateway, tags, address, int(port))
    for _ in range(int(sys.argv[6]) if len(sys.argv) > 6 else 1):
        packet.send(data)


if __name__ == "__main__":
    main()
