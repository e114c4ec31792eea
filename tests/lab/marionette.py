# SPDX-License-Identifier: MIT
"""marionette - Firefox's remote control: JSON over TCP, each message behind its length."""
import json
import socket

PORT = 2828
SECONDS = 30


class Browser:
    """A session; the browser allows one at a time."""

    def __init__(self):
        self.serial = 0
        self.has_tab = False
        self.socket = socket.create_connection(("127.0.0.1", PORT), SECONDS)
        self.stream = self.socket.makefile("rb")
        self._receive()
        self.call("WebDriver:NewSession", pageLoadStrategy="none")

    def __enter__(self):
        return self

    def __exit__(self, error, *_):
        """Without a word when something went wrong: the session ends with the connection."""
        if not error and self.has_tab:
            self.call("WebDriver:CloseWindow")
        if not error:
            self.call("WebDriver:DeleteSession")
        self.socket.close()

    def _receive(self):
        digits = b""
        while (byte := self.stream.read(1)) != b":":
            if not byte:
                raise ConnectionError("the browser closed the connection")
            digits += byte
        return json.loads(self.stream.read(int(digits)))

    def call(self, method, **params):
        self.serial += 1
        data = json.dumps([0, self.serial, method, params]).encode()
        self.socket.sendall(str(len(data)).encode() + b":" + data)
        while True:
            _, serial, error, result = self._receive()
            if serial == self.serial:
                if error:
                    raise RuntimeError(f"{method}: {error['error']}: {error['message']}")
                return result.get("value", result) if isinstance(result, dict) else result

    def open_tab(self):
        self.call("Marionette:SetContext", value="content")
        handle = self.call("WebDriver:NewWindow", type="tab", focus=True)["handle"]
        self.call("WebDriver:SwitchToWindow", handle=handle)
        self.has_tab = True

    def run(self, script, *arguments, chrome=False):
        """In the page, or in the browser's own context."""
        self.call("Marionette:SetContext", value="chrome" if chrome else "content")
        return self.call("WebDriver:ExecuteScript", script=script, args=list(arguments))
