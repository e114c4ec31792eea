#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""hotspot.py - a hotspot provider's portal, as CoovaChilli's hotspotlogin.cgi does it: hotspot.py SECRET."""
import hashlib
import http.server
import re
import socket
import sys
import threading
import urllib.parse

SECRET = sys.argv[1].encode()
PORT = 8090


def quoted(text):
    """As the CGI's urlencode(): all but letters and digits."""
    return re.sub(rb"[^A-Za-z0-9]", lambda m: b"%%%02x" % m[0][0], text.encode()).decode()


def answer_to(challenge, password, pap):
    key = hashlib.md5(bytes.fromhex(challenge) + SECRET).digest()
    password = password.encode()
    if pap:
        hidden = bytes(a ^ b for a, b in zip(password, key * 9))
        return "password=" + hidden.hex()
    return "response=" + hashlib.md5(b"\0" + password + key).hexdigest()


class Portal(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def answer(self, status, text="", location=None):
        self.send_response(status)
        if location:
            self.send_header("Location", location)
        body = text.encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        """The page: what the gateway has told, a line each."""
        url = f"http://{self.headers['Host']}{self.path}"
        if "&md=" in url:
            signed, digest = url.rsplit("&md=", 1)
            if hashlib.md5(signed.encode() + SECRET).hexdigest().upper() != digest:
                return self.answer(403, "md is wrong\n")
        elif SECRET:
            return self.answer(403, "md is missing\n")
        fields = urllib.parse.parse_qsl(url.split("?", 1)[-1], keep_blank_values=True)
        return self.answer(200, "".join(f"{name}={value}\n" for name, value in fields))

    def do_POST(self):
        """The form: leads back to the gateway."""
        text = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = dict(urllib.parse.parse_qsl(text, keep_blank_values=True))
        answer = answer_to(form["challenge"], form["password"], form.get("pap"))
        return self.answer(302, location=f"http://{form['uamip']}:{form['uamport']}/logon?"
                           f"username={quoted(form['username'])}&{answer}"
                           f"&userurl={quoted(form.get('userurl', ''))}")


class Server6(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6

    def server_bind(self):
        self.socket.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        super().server_bind()


if __name__ == "__main__":
    SIX = Server6(("::", PORT), Portal)
    threading.Thread(target=SIX.serve_forever, daemon=True).start()
    FOUR = http.server.ThreadingHTTPServer(("0.0.0.0", PORT), Portal)
    print("it listens", flush=True)
    FOUR.serve_forever()
