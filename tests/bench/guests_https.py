#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# guests_https.py - guests with signed links who sign in over HTTPS, each connection for one request.
"""usage: guests_https.py --address A --name N --ca FILE --key HEX --seconds S [--at-once N]

Every guest comes from an address of its own in 127.0.0.0/8, gets the page by its link, and sends the
form. Prints one JSON object.
"""
import argparse
import hashlib
import hmac
import itertools
import json
import multiprocessing
import random
import re
import socket
import ssl
import threading
import time

TOKEN = re.compile(rb'name="token" value="([^"]*)"')
PROCESSES = 2


def ask(options, context, source, head, body=b""):
    """The whole answer to one request."""
    raw = socket.create_connection((options.address, 443), 20, (source, 0))
    with context.wrap_socket(raw, server_hostname=options.name) as connection:
        connection.sendall((head + f" HTTP/1.1\r\nHost: {options.name}\r\nConnection: close\r\n").encode() +
                           b"Accept-Language: en\r\n" +
                           (b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: %d\r\n"
                            % len(body) if body else b"") + b"\r\n" + body)
        parts = []
        while part := connection.recv(65536):
            parts.append(part)
    return b"".join(parts)


def link(options, number):
    mac = ":".join(f"{byte:02x}" for byte in (0x0205 << 32 | number).to_bytes(6, "big"))
    text = f"mac={mac}&zone=default&url=http%3A%2F%2Fexample.com%2F&t={int(time.time())}"
    signature = hmac.new(bytes.fromhex(options.key), text.encode(), hashlib.sha256).hexdigest()
    return f"/login?{text}&sig={signature}"


def escape(token):
    return re.sub(rb"[^A-Za-z0-9._:-]", lambda m: b"%%%02X" % m.group()[0], token)


def sign_in(options, context, number):
    source = socket.inet_ntoa((0x7f000100 + number % 0xfff000).to_bytes(4, "big"))
    page = ask(options, context, source, "GET " + link(options, number))
    token = TOKEN.search(page)
    if not token:
        return False
    answer = ask(options, context, source, "POST /login",
                 b"action=sign-in&method=click&accept=1&token=" + escape(token.group(1)))
    return answer.startswith(b"HTTP/1.1 303")


def work(options, first, results):
    numbers = itertools.count(first)
    context = ssl.create_default_context(cafile=options.ca)
    good, bad, times = 0, 0, []
    lock = threading.Lock()
    end = time.monotonic() + options.seconds

    def guest():
        nonlocal good, bad
        while time.monotonic() < end:
            with lock:
                number = next(numbers)
            began = time.monotonic()
            try:
                is_good = sign_in(options, context, number)
            except OSError:
                is_good = False
            with lock:
                times.append(time.monotonic() - began)
                good, bad = good + is_good, bad + (not is_good)

    threads = [threading.Thread(target=guest) for _ in range(options.at_once // PROCESSES)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    results.put((good, bad, times))


def main():
    parser = argparse.ArgumentParser()
    for name in ("--address", "--name", "--ca", "--key"):
        parser.add_argument(name, required=True)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--at-once", type=int, default=16)
    options = parser.parse_args()
    results = multiprocessing.Queue()
    first = random.randrange(1 << 24)
    began = time.monotonic()
    workers = [multiprocessing.Process(target=work, args=(options, first + (i << 26), results))
               for i in range(PROCESSES)]
    for worker in workers:
        worker.start()
    parts = [results.get() for _ in workers]
    seconds = time.monotonic() - began
    times = sorted(sum((part[2] for part in parts), []))
    good = sum(part[0] for part in parts)
    print(json.dumps({"sign_ins": good, "failed": sum(part[1] for part in parts), "seconds": round(seconds, 2),
                      "per_second": round(good / seconds, 1),
                      "p50_ms": round(times[len(times) // 2] * 1000, 1),
                      "p99_ms": round(times[len(times) * 99 // 100] * 1000, 1)}))


main()
