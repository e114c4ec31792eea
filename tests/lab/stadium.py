#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""stadium.py - a dozen devices at work, each busier than the one before, and guests beside them.

usage: stadium.py up INTERFACE GATEWAY-MAC SECONDS    frames of the devices and of four guests
       stadium.py down SECONDS                        datagrams to the devices' addresses
Device n has the MAC 02:05:11:00:02:n (hexadecimal) and the address 198.18.1.(20 + n).
"""
import socket
import sys
import time

from scapy.layers.inet import IP, TCP, UDP
from scapy.layers.l2 import Ether
from scapy.packet import Raw

DEVICES, GUESTS = range(1, 13), range(1, 5)
OUTSIDE, PORT = "198.18.2.80", 4000
TURN = 0.1  # seconds; device n sends n datagrams in one


def address(n):
    return f"198.18.1.{20 + n}"


def frames(gateway_mac):
    for n in DEVICES:
        mac = f"02:05:11:00:02:{n:02x}"
        yield n, bytes(Ether(src=mac, dst=gateway_mac) / IP(src=address(n), dst=OUTSIDE)
                       / UDP(sport=PORT, dport=PORT) / Raw(bytes(200)))
    for n in GUESTS:
        there = Ether(src=f"02:05:11:00:03:{n:02x}", dst=gateway_mac)
        ip = IP(src=f"198.18.1.{60 + n}", dst=OUTSIDE)
        yield n, bytes(there / ip / TCP(sport=PORT, dport=5222, flags="S"))
        yield 2 * n, bytes(there / ip / UDP(sport=PORT, dport=443) / Raw(bytes(1200)))
        yield 1, bytes(there / ip / UDP(sport=PORT, dport=3478) / Raw(bytes(20)))


def send_up(interface, gateway_mac):
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((interface, 0))
    made = list(frames(gateway_mac))
    while True:
        for times, frame in made:
            for _ in range(times):
                out.send(frame)
        yield


def send_down():
    out = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    while True:
        for n in DEVICES:
            for _ in range(n):
                out.sendto(bytes(1200), (address(n), PORT))
        yield


def main():
    turns = send_up(sys.argv[2], sys.argv[3]) if sys.argv[1] == "up" else send_down()
    end = time.monotonic() + float(sys.argv[-1])
    while time.monotonic() < end:
        try:
            next(turns)
        except OSError:  # the link is full, or away for a moment: this turn is lost, and none else
            turns = send_up(sys.argv[2], sys.argv[3]) if sys.argv[1] == "up" else send_down()
        time.sleep(TURN)


main()
