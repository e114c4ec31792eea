#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""murmur.py - what a device says of itself while nobody uses it: ARP, ND, DHCP, mDNS, again and again.

usage: murmur.py INTERFACE GATEWAY-MAC SECONDS [ADDRESS]
ADDRESS is pinged, too: somebody uses the device.
"""
import socket
import sys
import time

from scapy.layers.dhcp import BOOTP, DHCP
from scapy.layers.inet import ICMP, IP, UDP
from scapy.layers.inet6 import ICMPv6EchoRequest, ICMPv6ND_NA, ICMPv6ND_NS, ICMPv6ND_RS, IPv6
from scapy.layers.l2 import ARP, Ether
from scapy.packet import Raw

DEVICE4, GATEWAY4 = "198.18.1.10", "198.18.1.1"
DEVICE6, GATEWAY6 = "fd00:511:1::10", "fd00:511:1::1"
PAUSE = 0.2


def murmurs(mac, gateway_mac):
    there = Ether(src=mac, dst=gateway_mac)
    group = Ether(src=mac, dst="33:33:00:00:00:02")
    nd = IPv6(src=DEVICE6, dst=GATEWAY6, hlim=255)
    return [bytes(packet) for packet in (
        Ether(src=mac, dst="ff:ff:ff:ff:ff:ff") / ARP(hwsrc=mac, psrc=DEVICE4, pdst=GATEWAY4),
        there / ARP(op=2, hwsrc=mac, psrc=DEVICE4, hwdst=gateway_mac, pdst=GATEWAY4),
        there / nd / ICMPv6ND_NS(tgt=GATEWAY6),
        there / nd / ICMPv6ND_NA(tgt=DEVICE6, R=0, S=1, O=0),
        group / IPv6(src=DEVICE6, dst="ff02::2", hlim=255) / ICMPv6ND_RS(),
        there / IP(src=DEVICE4, dst=GATEWAY4) / UDP(sport=68, dport=67)
        / BOOTP(op=1, ciaddr=DEVICE4, chaddr=bytes.fromhex(mac.replace(":", "")))
        / DHCP(options=[("message-type", "request"), "end"]),
        Ether(src=mac, dst="01:00:5e:00:00:fb") / IP(src=DEVICE4, dst="224.0.0.251")
        / UDP(sport=5353, dport=5353) / Raw(bytes(12)))]


def ping(mac, gateway_mac, address):
    if ":" in address:
        packet = IPv6(src=DEVICE6, dst=address) / ICMPv6EchoRequest(id=511)
    else:
        packet = IP(src=DEVICE4, dst=address) / ICMP(id=511)
    return bytes(Ether(src=mac, dst=gateway_mac) / packet)


def main():
    interface, gateway_mac, seconds = sys.argv[1], sys.argv[2], float(sys.argv[3])
    out = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
    out.bind((interface, 0))
    mac = ":".join(f"{byte:02x}" for byte in out.getsockname()[4])
    frames = murmurs(mac, gateway_mac)
    frames += [ping(mac, gateway_mac, address) for address in sys.argv[4:]]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        for frame in frames:
            out.send(frame)
        time.sleep(PAUSE)


main()
