#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""forge_radius.py - a RADIUS server whose answers are all wrong, and a right one at last if asked.

usage: forge_radius.py ADDRESS SECRET [right]
"""
import hashlib
import hmac
import socket
import struct
import sys

address, secret = sys.argv[1], sys.argv[2].encode()
ACCEPT, REJECT = 2, 3
UNKNOWN = b"\xfa\x05abc" + b"\x1a\x0c\x00\x00\x00\x09\x01\x06abcd" + b"\x1b\x06\x00\x00\x07\x08"


def answer(request, code=ACCEPT, attributes=UNKNOWN, key=secret, ident=None, message=True):
    """Signed as it should be, but for what the arguments change."""
    ident = request[1] if ident is None else ident
    body = (b"\x50\x12" + bytes(16) if message else b"") + attributes
    head = struct.pack("!BBH", code, ident, 20 + len(body))
    if message:
        made = hmac.new(key, head + request[4:20] + body, hashlib.md5).digest()
        body = body[:2] + made + body[18:]
    return head + hashlib.md5(head + request[4:20] + body + key).digest() + body


def forgeries(request):
    good = answer(request)
    yield good[:10]                                       # no header
    yield good[:-1]                                       # shorter than it says
    yield good[:2] + struct.pack("!H", 19) + good[4:]     # a length that can't be
    yield good[:2] + struct.pack("!H", 4100) + good[4:] + bytes(4100 - len(good))
    yield bytes(9000)
    yield answer(request, attributes=b"\x1b\x00")         # an attribute without end
    yield answer(request, attributes=b"\x1b\xff\x00\x00\x00\x01")
    yield answer(request, key=b"another secret")
    yield good[:4] + bytes(16) + good[20:]                # bad authenticator
    yield answer(request, message=False)                  # CVE-2024-3596
    mended = bytearray(good)
    mended[22] ^= 1                                       # bad Message-Authenticator, else signed
    mended[4:20] = hashlib.md5(bytes(mended[:4]) + request[4:20] + bytes(mended[20:]) + secret).digest()
    yield bytes(mended)
    yield answer(request, ident=request[1] ^ 0x55)        # of another request
    yield answer(request, code=5)                         # an account's
    yield request


server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((address, 1812))
stranger = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
stranger.bind((address, 0))
print("ready", flush=True)
while True:
    request, asker = server.recvfrom(4096)
    print("asked", flush=True)
    stranger.sendto(answer(request), asker)               # right, but of another port
    for forged in forgeries(request):
        server.sendto(forged, asker)
    if "right" in sys.argv:
        server.sendto(answer(request), asker)
        server.sendto(answer(request), asker)             # twice
        server.sendto(answer(request, code=REJECT), asker)
