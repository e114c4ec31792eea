#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# capport_kept.py - asks the captive-portal API again on one connection, while the device signs in.
"""usage: capport_kept.py HOST ADDRESS CA-FILE CONTROL-SOCKET MAC"""
import http.client
import json
import socket
import ssl
import sys


class Kept(http.client.HTTPSConnection):
    """A connection to an address, for a name."""

    def __init__(self, host, address, ca):
        super().__init__(host, context=ssl.create_default_context(cafile=ca), timeout=20)
        self.address = address

    def connect(self):
        raw = socket.create_connection((self.address, 443), 20)
        self.sock = self._context.wrap_socket(raw, server_hostname=self.host)


class Control(http.client.HTTPConnection):
    """The daemon's API."""

    def __init__(self, path):
        super().__init__("xdp511d", timeout=20)
        self.path = path

    def connect(self):
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(self.path)


def is_captive(connection):
    connection.request("GET", "/capport", headers={"Accept": "application/captive+json"})
    return json.loads(connection.getresponse().read())["captive"]


def change(path, method, mac):
    control = Control(path)
    control.request(method, f"/v1/sessions/{mac}?zone=default")
    assert control.getresponse().status in (200, 201)
    control.close()


def main(host, address, ca, path, mac):
    connection = Kept(host, address, ca)
    assert is_captive(connection)
    first = connection.sock
    change(path, "PUT", mac)
    assert not is_captive(connection)
    change(path, "DELETE", mac)
    assert is_captive(connection)
    assert connection.sock is first, "the connection was not kept"


main(*sys.argv[1:])
