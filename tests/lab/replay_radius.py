#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""replay_radius.py - sends one Disconnect-Request, the same bytes for the same arguments.

usage: replay_radius.py FROM TO SECRET MAC TIME; prints the code of the answer, or 0.
"""
import hashlib
import hmac
import socket
import struct
import sys

sender, gateway, secret, mac, time = sys.argv[1:]
secret = secret.encode()
station = mac.replace(":", "-").encode()
body = b"\x50\x12" + bytes(16) + bytes([31, len(station) + 2]) + station + \
    struct.pack("!BBI", 55, 6, int(time))
head = struct.pack("!BBH", 40, 77, 20 + len(body))
body = body[:2] + hmac.new(secret, head + bytes(16) + body, hashlib.md5).digest() + body[18:]
request = head + hashlib.md5(head + bytes(16) + body + secret).digest() + body

server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sender, 0))
server.settimeout(20)
server.sendto(request, (gateway, 3799))
try:
    print(server.recv(4096)[0])
except socket.timeout:
    print(0)
