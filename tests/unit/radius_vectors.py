#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""radius_vectors.py - writes radius_vectors.txt: packets made by pyrad and scapy, and by the RFCs.

usage: radius_vectors.py [CORPUS_FOLDER]; run it in tests/unit after a change. Passwords are hidden
and accounts signed by pyrad, Message-Authenticators are scapy's, so no byte is of the code that
the vectors test. With a folder, the packets are written there too, as seeds for fuzzing.
"""
import hashlib
import os
import struct
import sys

import pyrad.dictionary
import pyrad.packet
from scapy.layers.radius import Radius, RadiusAttr_Message_Authenticator, RadiusAttribute

SECRET = b"testing123"
AUTHENTICATOR = bytes(range(16))
TIME = 1800000000
vectors = {}

# RFC 2865 7.1 and 7.2; their secret is xyzzy5461, the password arctangent.
vectors["rfc2865_pap"] = bytes.fromhex(
    "010000380f403f9473978057bd83d5cb98f4227a01066e656d6f02120dbe708d93d413ce3196e43f782a0aee"
    "0406c0a80110050600000003")
vectors["rfc2865_pap_accept"] = bytes.fromhex(
    "0200002686fe220e7624ba2a1005f6bf9b55e0b20606000000010f06000000000e06c0a80103")
vectors["rfc2865_chap"] = bytes.fromhex(
    "010100472aee86f08d0d55969ca5978e0d3367a20108666c6f707379031316e97557c316185895f293ff6344"
    "0772750406c0a80110050600000014060600000002070600000001")
vectors["rfc2865_chap_accept"] = bytes.fromhex(
    "0201003815efbc7dab26cfa3dc34d9c03c8601a406060000000207060000000108" "06fffffffe"
    "0a06000000020d06000000010c06000005dc")


def text(number, value):
    return RadiusAttribute(type=number, value=value)


def number(code, value):
    return text(code, struct.pack("!I", value))


def vendor(code, *attributes):
    inner = b"".join(bytes([kind, len(value) + 2]) + value for kind, value in attributes)
    return text(26, struct.pack("!I", code) + inner)


def packet(code, ident, authenticator, attributes):
    return Radius(code=code, id=ident, authenticator=authenticator, attributes=attributes)


def message(attributes):
    return [RadiusAttr_Message_Authenticator()] + attributes


def sign(made, authenticator):
    """Fills in Message-Authenticator, computed as if the packet had that authenticator."""
    made.authenticator = authenticator
    made = Radius(bytes(made))
    made[RadiusAttr_Message_Authenticator].value = \
        RadiusAttr_Message_Authenticator.compute_message_authenticator(made, authenticator, SECRET)
    return made


def access(attributes):
    return bytes(sign(packet(1, 7, AUTHENTICATOR, message(attributes)), AUTHENTICATOR))


def answer(code, request, attributes, with_message=True):
    made = packet(code, request[1], request[4:20], attributes)
    if with_message:
        made = sign(packet(code, request[1], request[4:20], message(attributes)), request[4:20])
    data = bytes(made)
    return data[:4] + hashlib.md5(data + SECRET).digest() + data[20:]


def dynamic(code, attributes, with_message=True):
    made = packet(code, 9, bytes(16), attributes)
    if with_message:
        made = sign(packet(code, 9, bytes(16), message(attributes)), bytes(16))
    data = bytes(made)
    return data[:4] + hashlib.md5(data + SECRET).digest() + data[20:]


def hidden(password):
    made = pyrad.packet.AuthPacket(secret=SECRET, authenticator=AUTHENTICATOR,
                                   dict=pyrad.dictionary.Dictionary())
    return made.PwCrypt(password)


def accounting():
    made = pyrad.packet.AcctPacket(id=3, secret=SECRET, dict=pyrad.dictionary.Dictionary())
    made[40] = [struct.pack("!I", 1)]
    made[44] = [b"5f1"]
    return made.RequestPacket(), made


LIMITS = [
    number(27, 3600), number(28, 600), number(85, 300), text(25, b"\x00class\xff"),
    text(18, b"Welcome, "), text(18, "Zo\u00eb".encode()), text(1, b"bob@example"),
    vendor(14122, (7, struct.pack("!I", 2000000)), (8, struct.pack("!I", 8000000))),
    vendor(14559, (3, struct.pack("!I", 705032704)), (23, struct.pack("!I", 1))),
    text(250, b"of nobody"), vendor(9, (1, b"of another vendor")), text(26, b"\x00\x00\x07\xdb\xff"),
]
DEVICE = [text(31, b"02-05-11-00-00-01"), text(44, b"5f1"), number(55, TIME)]

NAS = [text(32, b"venue-1"), text(1, b"bob")]
vectors["pap"] = access(NAS + [text(2, hidden("hello"))])
vectors["pap_long"] = access(NAS + [text(2, hidden("a password of forty-one characters, see"))])
vectors["accept"] = answer(2, vectors["pap"], LIMITS)
vectors["accept_unsigned"] = answer(2, vectors["pap"], LIMITS, with_message=False)
vectors["reject"] = answer(3, vectors["pap"], [text(18, b"No credit\nleft\x00\x1b[31m")])
vectors["challenge"] = answer(11, vectors["pap"], [text(24, b"state"), text(18, b"Code?")])
vectors["account"], account = accounting()
vectors["account_answer"] = account.CreateReply().ReplyPacket()
vectors["disconnect"] = dynamic(40, NAS + DEVICE)
vectors["disconnect_unsigned"] = dynamic(40, NAS + DEVICE, with_message=False)
vectors["coa"] = dynamic(43, NAS + DEVICE + [
    number(27, 60), vendor(14122, (7, struct.pack("!I", 64000)), (8, struct.pack("!I", 128000)))])
vectors["coa_proxied"] = dynamic(43, NAS + [text(33, b"one"), text(33, b"two"), number(28, 60)])
vectors["disconnect_ack"] = answer(41, vectors["disconnect"], [])
vectors["coa_nak"] = answer(45, vectors["coa"], [number(101, 503)])

with open("radius_vectors.txt", "w", encoding="ascii") as file:
    for name, data in vectors.items():
        file.write(f"{name} {data.hex()}\n")
for name, data in vectors.items() if len(sys.argv) > 1 else ():
    with open(os.path.join(sys.argv[1], name), "wb") as file:
        file.write(data)
