#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""upgrade_traffic.py - traffic that must not notice a restart, and traffic that must not get through one.

  echo PORT                            UDP echo server
  stream ADDRESS PORT STOP             numbered datagrams to it; at the end prints sent and lost
  guest INTERFACE MAC GATEWAY-MAC STOP frames of a guest that no gate may let through; prints sent
  watch INTERFACE MAC STOP             prints how many frames of that MAC came through the gate

Each but the echo goes on until the file STOP is there.
"""
import os
import select
import socket
import sys
import time

BUFFER = 16 << 20
SO_RCVBUFFORCE = 33
ETH_P_ALL = 3
STRAGGLERS_S = 5


def udp_socket():
    udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    udp.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    return udp


def echo(port):
    udp = udp_socket()
    udp.bind(("", int(port)))
    while True:
        datagram, sender = udp.recvfrom(64)
        udp.sendto(datagram, sender)


def paced(per_tick, stop):
    """Yields, a few for each tick of 2 ms; late ticks are not made up for."""
    while not os.path.exists(stop):
        for _ in range(50):
            for _ in range(per_tick):
                yield
            time.sleep(0.002)


def receive(udp, missing):
    while select.select([udp], [], [], 0)[0]:
        missing.discard(int(udp.recv(64)))


def stream(address, port, stop):
    udp = udp_socket()
    udp.connect((address, int(port)))
    missing = set()
    sent = 0
    for _ in paced(1, stop):
        missing.add(sent)
        udp.send(b"%d" % sent)
        sent += 1
        receive(udp, missing)
    deadline = time.monotonic() + STRAGGLERS_S
    while missing and time.monotonic() < deadline:
        select.select([udp], [], [], 0.1)
        receive(udp, missing)
    print(sent, len(missing))


def probes(mac, gateway):
    from scapy.all import ICMP, IP, IPv6, TCP, UDP, Ether

    ether = Ether(src=mac, dst=gateway)
    ipv4 = ether / IP(src="198.18.1.66", dst="198.18.2.80")
    ipv6 = ether / IPv6(src="fd00:511:1::66", dst="fd00:511:2::80")
    own = ether / IP(src="198.18.1.66", dst="198.18.1.1")
    neighbour = ether / IP(src="198.18.1.66", dst="198.18.1.10")
    return [bytes(probe) for probe in (
        ipv4 / UDP(sport=5000, dport=9) / b"probe",
        ipv4 / TCP(sport=5000, dport=22),
        ipv4 / ICMP(),
        ipv6 / UDP(sport=5000, dport=9) / b"probe",
        ipv6 / TCP(sport=5000, dport=22),
        own / TCP(sport=5000, dport=22),
        own / UDP(sport=5000, dport=67) / b"probe",
        neighbour / UDP(sport=5000, dport=9) / b"probe",
    )]


def guest(interface, mac, gateway, stop):
    frames = probes(mac, gateway)
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    packet.bind((interface, 0))
    sent = 0
    for _ in paced(12, stop):
        packet.send(frames[sent % len(frames)])
        sent += 1
    print(sent)


def watch(interface, mac, stop):
    packet = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    packet.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER)
    packet.bind((interface, ETH_P_ALL))
    source = bytes.fromhex(mac.replace(":", ""))
    seen = 0
    while not os.path.exists(stop) or select.select([packet], [], [], 0)[0]:
        if select.select([packet], [], [], 0.1)[0]:
            frame = packet.recv(2048)
            seen += frame[6:12] == source
    print(seen)


if __name__ == "__main__":
    {"echo": echo, "stream": stream, "guest": guest, "watch": watch}[sys.argv[1]](*sys.argv[2:])
