# SPDX-License-Identifier: MIT
"""cdp - the Chrome DevTools protocol, as little of it as the tests need: WebSocket and calls."""
import base64
import json
import os
import socket
import struct
import time
import urllib.request

PORT = 9222
SECONDS = 30


def get(path, method="GET"):
    request = urllib.request.Request(f"http://127.0.0.1:{PORT}{path}", method=method)
    with urllib.request.urlopen(request, timeout=SECONDS) as answer:
        return answer.read()


def pages():
    return [target for target in json.loads(get("/json/list")) if target["type"] == "page"]


def close(target_id):
    get(f"/json/close/{target_id}")


class Tab:
    """A new tab. Events that arrive while a call waits are kept for wait()."""

    def __init__(self):
        target = json.loads(get("/json/new?about:blank", "PUT"))
        self.id = target["id"]
        self.serial = 0
        self.events = []
        self.socket = socket.create_connection(("127.0.0.1", PORT), SECONDS)
        self.stream = self.socket.makefile("rb")
        self._shake_hands("/devtools/page/" + self.id)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()
        close(self.id)

    def _shake_hands(self, path):
        key = base64.b64encode(os.urandom(16)).decode()
        self.socket.sendall(
            f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{PORT}\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n\r\n".encode()
        )
        status = self.stream.readline()
        if b" 101 " not in status:
            raise ConnectionError(f"no WebSocket: {status!r}")
        while self.stream.readline() != b"\r\n":
            pass

    # A client masks its frames (RFC 6455 5.3); a mask of zeros does.
    def _send(self, text):
        data = text.encode()
        size = len(data)
        if size < 126:
            head = struct.pack("!BB", 0x81, 0x80 | size)
        elif size < 65536:
            head = struct.pack("!BBH", 0x81, 0x80 | 126, size)
        else:
            head = struct.pack("!BBQ", 0x81, 0x80 | 127, size)
        self.socket.sendall(head + bytes(4) + data)

    def _read(self, size):
        data = self.stream.read(size)
        if len(data) < size:
            raise ConnectionError("the browser closed the connection")
        return data

    def _receive(self):
        message = b""
        while True:
            first, size = self._read(2)
            size &= 0x7F
            if size == 126:
                size = struct.unpack("!H", self._read(2))[0]
            elif size == 127:
                size = struct.unpack("!Q", self._read(8))[0]
            data = self._read(size)
            if first & 0x0F in (0, 1, 2):
                message += data
                if first & 0x80:
                    return json.loads(message)
            elif first & 0x0F == 8:
                raise ConnectionError("the browser closed the connection")

    def call(self, method, **params):
        self.serial += 1
        self._send(json.dumps({"id": self.serial, "method": method, "params": params}))
        deadline = time.monotonic() + SECONDS
        while time.monotonic() < deadline:
            message = self._receive()
            if message.get("id") == self.serial:
                if "error" in message:
                    raise RuntimeError(f"{method}: {message['error']['message']}")
                return message["result"]
            if "method" in message:
                self.events.append(message)
        raise TimeoutError(f"no answer to {method} within {SECONDS} s")

    def wait(self, method, wanted=lambda params: True):
        """The first event of this name that is wanted, past ones included; older ones are forgotten."""
        deadline = time.monotonic() + SECONDS
        while True:
            while self.events:
                event = self.events.pop(0)
                if event["method"] == method and wanted(event["params"]):
                    return event["params"]
            if time.monotonic() > deadline:
                raise TimeoutError(f"no {method} within {SECONDS} s")
            message = self._receive()
            if "method" in message:
                self.events.append(message)

    def evaluate(self, expression):
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(json.dumps(answer["exceptionDetails"]))
        return answer["result"].get("value")
