#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""fas.py FASKEY LEVEL: a portal for openNDS at port 8090, as its fas-hid.php and fas-aes.php do it."""
import base64
import hashlib
import http.server
import json
import socket
import subprocess
import sys
import urllib.parse

FASKEY, LEVEL = sys.argv[1], int(sys.argv[2])


def decrypt(fas, initial):
    """openssl_decrypt(base64_decode($string), "AES-256-CBC", $key, 0, $iv): that is base64 once more."""
    key = FASKEY.encode()[:32].ljust(32, b"\0")
    return subprocess.run(["openssl", "enc", "-d", "-aes-256-cbc", "-K", key.hex(), "-iv", initial.encode().hex()],
                          input=base64.b64decode(base64.b64decode(fas)), stdout=subprocess.PIPE, check=True).stdout


class Portal(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_GET(self):
        """The page: what it knows as JSON, with the URL that its Continue button leads to."""
        fields = dict(urllib.parse.parse_qsl(self.path.split("?", 1)[-1], keep_blank_values=True))
        query = decrypt(fields["fas"], fields["iv"]) if LEVEL == 2 else base64.b64decode(fields["fas"])
        known = {}
        for part in query.decode().split(", "):
            name, _, value = part.partition("=")
            known[name] = value
        again = f"&iv={fields['iv']}" if LEVEL == 2 else ""
        landing = f"http://{self.headers['Host']}/fas?fas={fields['fas']}{again}&landing=1"
        token = hashlib.sha256((known["hid"] + FASKEY).encode()).hexdigest()
        action = urllib.parse.urlencode({"tok": token, "custom": "bmE=", "redir": landing})
        known["continue"] = f"http://{known['gatewayaddress']}/opennds_auth/?{action}"
        known["landing"] = fields.get("landing", "")
        body = json.dumps(known).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class Server(http.server.ThreadingHTTPServer):
    address_family = socket.AF_INET6 # and the IPv4 that is mapped


if __name__ == "__main__":
    SERVER = Server(("::", 8090), Portal)
    print("it listens", flush=True)
    SERVER.serve_forever()
