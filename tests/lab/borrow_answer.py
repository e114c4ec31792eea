# SPDX-License-Identifier: MIT
"""borrow_answer - has the gateway answer one's own connection at another device, and then finishes it.

usage: borrow_answer.py INTERFACE OWN-MAC OTHER-MAC ADDRESS PORT SERVER SERVER-MAC SERVER-PORT

Neighbour discovery says that ADDRESS, which nobody else has, is at OWN-MAC, while the first SYN-ACK comes, and
at OTHER-MAC while it is sent again. Then the handshake is finished. Prints "open" when the server took it.
"""
import sys
import time

from scapy.all import ICMPv6NDOptSrcLLAddr, ICMPv6ND_NS, IPv6, TCP, Ether, Raw, conf
from scapy.layers.inet6 import in6_getnsma, in6_getnsmac
from scapy.utils6 import inet_ntop, inet_pton
import socket

interface, own, other, address, port, server, server_mac, server_port = sys.argv[1:9]
line = conf.L2socket(iface=interface)


def be_at(mac):
    to = inet_ntop(socket.AF_INET6, in6_getnsma(inet_pton(socket.AF_INET6, server)))
    line.send(Ether(src=own, dst=server_mac) / IPv6(src=address, dst=to) / ICMPv6ND_NS(tgt=server) / ICMPv6NDOptSrcLLAddr(lladdr=mac))
    time.sleep(0.3)  # neighbour discovery has no answer that tells


def send(**fields):
    payload = fields.pop("payload", b"")
    frame = Ether(src=own, dst=server_mac) / IPv6(src=address, dst=server)
    frame /= TCP(sport=int(port), dport=int(server_port), **fields)
    line.send(frame / Raw(payload) if payload else frame)


def receive(wanted, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for packet in line.sniff(timeout=0.2, count=1):
            if TCP in packet and IPv6 in packet and packet[IPv6].dst == address and wanted(packet):
                return packet
    return None


be_at(own)
send(flags="S", seq=1000)
answer = receive(lambda packet: packet[TCP].flags == "SA")
if not answer:
    sys.exit("no SYN-ACK came")
be_at(other)
send(flags="S", seq=1000)
if not receive(lambda packet: packet[TCP].flags == "SA" and packet[Ether].dst == other):
    sys.exit("no SYN-ACK went to the other device")
be_at(own)
ack = answer[TCP].seq + 1
send(flags="PA", seq=1001, ack=ack, payload=b"GET / HTTP/1.0\r\n\r\n")
print("open" if receive(lambda packet: packet[TCP].flags.A and packet[TCP].payload) else "shut")
