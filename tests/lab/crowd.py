#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""crowd.py - phones that never sign in, and a flood of random MACs on top, until it is ended.

usage: crowd.py INTERFACE GATEWAY-MAC SECONDS
A hundred devices say in turn what phones say; nine of ten frames come from a MAC used only once.
"""
import os
import socket
import sys
import time

from scapy.layers.dns import DNS, DNSQR
from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

GATEWAY, OUTSIDE, DEVICE = "198.18.1.1", "198.18.2.80", "198.18.1.200"
BURST, PAUSE = 40, 0.005  # 8000 frames a second at most


def noise(gateway_mac):
    """What phones send, as in the bench; the first six bytes behind the destination are replaced."""
    there = Ether(src="02:00:00:00:00:00", dst=gateway_mac)
    ip = IP(src=DEVICE, dst=OUTSIDE)
    kinds = ((8, there / ip / TCP(sport=40000, dport=443, flags="S")),
             (5, there / ip / UDP(sport=40000, dport=443) / Raw(bytes(1200))),
             (2, Ether(src="02:00:00:00:00:00", dst="01:00:5e:00:00:fb")
              / IP(src=DEVICE, dst="224.0.0.251") / UDP(sport=5353, dport=5353) / Raw(bytes(40))),
             (2, there / IP(src=DEVICE, dst=GATEWAY) / UDP(sport=40000, dport=53)
              / DNS(rd=1, qd=DNSQR(qname="flood.example"))),
             (1, there / ARP(hwsrc="02:00:00:00:00:00", psrc=DEVICE, pdst=GATEWAY)),
             (2, there / ip / UDP(sport=40000, dport=3478) / Raw(bytes(20))))
    return [bytes(frame) for times, frame in kinds for _ in range(times)]


def main():
    interface, gateway_mac, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((interface, 0))
    frames = noise(gateway_mac)
    end, n = time.monotonic() + seconds, 0
    while time.monotonic() < end:
        for _ in range(BURST):
            frame = frames[n // 10 % len(frames)]
            mac = b"\x02\x00\x00\x00\x01" + bytes([n // 10 % 100]) if n % 10 == 0 else (
                b"\x02" + os.urandom(5))
            try:
                out.send(frame[:6] + mac + frame[12:])
            except BlockingIOError:
                pass
            n += 1
        time.sleep(PAUSE)


main()
