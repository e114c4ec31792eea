#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sink.py PORT SECONDS: takes one connection and prints how many bytes came within that time."""
import socket
import sys
import time

server = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
server.settimeout(10)
print("ready", flush=True)
connection, _ = server.accept()
connection.settimeout(0.2)
deadline = time.monotonic() + float(sys.argv[2])
total = 0
while time.monotonic() < deadline:
    try:
        data = connection.recv(65536)
    except TimeoutError:
        continue
    if not data:
        break
    total += len(data)
print(total, flush=True)
