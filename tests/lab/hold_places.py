#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""hold_places.py - one device with many addresses that holds connections and never ends a request.

usage: hold_places.py SERVER PORT ADDRESS...   20 connections from each; a byte on each, every second
Prints how many were held at most, and after how many bytes the first that was served was ended.
"""
import select
import socket
import sys

EACH, MOST_BYTES = 20, 60


def connect(server, port, address):
    sock = socket.socket(socket.AF_INET6, socket.SOCK_STREAM)
    sock.bind((address, 0))
    sock.settimeout(30)
    sock.connect((server, port))
    sock.sendall(b"GET /")
    sock.setblocking(False)
    return sock


def is_ended(sock):
    try:
        return sock.recv(1) == b""
    except BlockingIOError:
        return False
    except OSError:
        return True


def main():
    server, port, addresses = sys.argv[1], int(sys.argv[2]), sys.argv[3:]
    held = [connect(server, port, address) for address in addresses for _ in range(EACH)]
    print(len(held), end=" ", flush=True)
    for count in range(1, MOST_BYTES):
        for sock in held:
            try:
                sock.send(b"a")
            except OSError:
                pass
        select.select(held[:1], [], [], 1)
        if is_ended(held[0]):
            print(count)
            return
    print("never")


main()
