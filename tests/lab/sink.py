#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""sink.py PORT SECONDS: takes one connection for that time, and prints how many bytes came and in
how many milliseconds since it was ready, which is before the sender began."""
import socket
import sys
import time

server = socket.create_server(("::", int(sys.argv[1])), family=socket.AF_INET6, dualstack_ipv6=True)
server.settimeout(60)
start = time.monotonic()
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
print(total, int((time.monotonic() - start) * 1000), flush=True)
