#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tagged_request.py - a TCP client made by hand, for frames with VLAN tags: handshake and one GET.

usage: tagged_request.py INTERFACE GATEWAY-MAC TAGS ADDRESS [page | probe | SECONDS]
TAGS is "none" or up to two "tpid:vlan", outer first, as in 88a8:300,8100:30.
Prints the tags of the answer, its status line, and the zone in its link; or "no answer" when none
comes for SECONDS (30). With "page" it asks as a browser does, and prints the page in place of
status line and zone. With "probe" it asks as Android does.
"""
import random
import re
import socket
import struct
import sys
import time

from scapy.layers.inet import IP, TCP
from scapy.layers.inet6 import IPv6
from scapy.layers.l2 import Ether
from scapy.packet import Raw

SOL_PACKET = 263
PACKET_AUXDATA = 8
VLAN_VALID = 1 << 4
VLAN_TYPES = (0x8100, 0x88A8)
SECONDS = 30


class Client:
    def __init__(self, interface, gateway_mac, tags, address, seconds):
        self.seconds = seconds
        self.tags = tags
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(3))
        self.socket.bind((interface, 0))
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        mac = self.socket.getsockname()[4]
        self.macs = bytes.fromhex(gateway_mac.replace(":", "")) + mac
        self.port = random.randint(20000, 60000)
        self.version = 6 if ":" in address else 4
        if self.version == 6:
            self.ip = IPv6(src="fd00:511:1::20", dst=address)
        else:
            self.ip = IP(src="198.18.1.20", dst=address)

    def send(self, flags, seq, ack, data=b""):
        packet = self.ip / TCP(sport=self.port, dport=80, flags=flags, seq=seq, ack=ack)
        if data:
            packet = packet / Raw(data)
        head = self.macs
        for tpid, vlan in self.tags:
            head += struct.pack("!HH", tpid, vlan)
        head += struct.pack("!H", 0x86DD if self.version == 6 else 0x0800)
        self.socket.send(head + bytes(packet))

    def receive(self):
        """The next segment for this connection, as (tags, segment); None when none comes."""
        deadline = time.monotonic() + self.seconds
        while (left := deadline - time.monotonic()) > 0:
            self.socket.settimeout(left)
            try:
                frame, extra, _, sender = self.socket.recvmsg(65536, 256)
            except socket.timeout:
                return None
            if sender[2] == socket.PACKET_OUTGOING:
                continue
            tags, packet = split_tags(frame, extra)
            if TCP in packet and packet[TCP].dport == self.port:
                return tags, packet[TCP]
        return None


def split_tags(frame, extra):
    """The kernel takes the outer tag out of the frame and hands it over beside it."""
    tags = []
    for level, kind, data in extra:
        if level == SOL_PACKET and kind == PACKET_AUXDATA:
            status, _, _, _, _, tci, tpid = struct.unpack("IIIHHHH", data[:20])
            if status & VLAN_VALID:
                tags.append((tpid, tci & 0xFFF))
    kind, rest = struct.unpack("!H", frame[12:14])[0], frame[14:]
    while kind in VLAN_TYPES:
        tci, inner = struct.unpack("!HH", rest[:4])
        tags.append((kind, tci & 0xFFF))
        kind, rest = inner, rest[4:]
    return tags, Ether(frame[:12] + struct.pack("!H", kind) + rest)


def show_tags(tags):
    return ",".join(f"{tpid:x}:{vlan}" for tpid, vlan in tags) or "none"


def question(kind):
    if kind == "probe":
        return b"GET /generate_204 HTTP/1.1\r\nHost: connectivitycheck.gstatic.com\r\n\r\n"
    accept = b"Accept: text/html\r\n" if kind == "page" else b""
    return b"GET / HTTP/1.1\r\nHost: example.com\r\n" + accept + b"\r\n"


def request(client, kind):
    start = random.randint(0, 1 << 31)
    client.send("S", start, 0)
    answer = client.receive()
    if not answer:
        return "no answer"
    syn = answer[1]
    if syn.flags != "SA" or syn.ack != start + 1:
        return f"not a SYN-ACK: {syn.summary()}"
    get = question(kind)
    client.send("PA", start + 1, syn.seq + 1, get)
    answer = client.receive()
    while answer and not bytes(answer[1].payload).startswith(b"HTTP/"):
        answer = client.receive()
    if not answer:
        return "no page"
    tags, segment = answer
    text = bytes(segment.payload).decode()
    zone = re.search(r"[?;&]zone=(\w+)", text)
    client.send("RA", start + 1 + len(get), syn.seq + 1 + len(text))
    if kind == "page":
        return f"{show_tags(tags)} {text.partition(chr(13) + chr(10) + chr(13) + chr(10))[2]}"
    return f"{show_tags(tags)} {text.splitlines()[0]} {zone.group(1) if zone else 'no zone'}"


def main():
    interface, gateway_mac, text, address = sys.argv[1:5]
    kind = sys.argv[5] if sys.argv[5:] in (["page"], ["probe"]) else None
    seconds = SECONDS if kind or len(sys.argv) < 6 else float(sys.argv[5])
    tags = []
    if text != "none":
        for tag in text.split(","):
            tpid, vlan = tag.split(":")
            tags.append((int(tpid, 16), int(vlan)))
    print(request(Client(interface, gateway_mac, tags, address, seconds), kind))


if __name__ == "__main__":
    main()
