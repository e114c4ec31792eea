#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tagged_burst.py INTERFACE GATEWAY_MAC VLAN COUNT: sends so many tagged frames of all lengths."""
import socket
import struct
import sys

interface, gateway, vlan, count = sys.argv[1], bytes.fromhex(sys.argv[2].replace(":", "")), int(sys.argv[3]), int(sys.argv[4])
sender = socket.socket(socket.AF_PACKET, socket.SOCK_RAW)
sender.bind((interface, 0))
own = sender.getsockname()[4]
for n in range(count):
    payload = bytes(18 + n % 1455)
    total = 28 + len(payload)
    ip = struct.pack("!BBHHHBBH4s4s", 0x45, 0, total, 0, 0x4000, 64, 17, 0,
                     socket.inet_aton("198.18.1.10"), socket.inet_aton("198.18.2.80"))
    udp = struct.pack("!HHHH", 5000, 9, total - 20, 0)
    sender.send(gateway + own + struct.pack("!HHH", 0x8100, vlan, 0x0800) + ip + udp + payload)
