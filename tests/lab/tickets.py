#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""tickets.py CERTIFICATE KEY: a service that knows codes, at port 8443; what it is asked goes to stdout."""
import http.server
import json
import ssl
import sys

ANSWERS = {
    "4711": b'{"ok": true, "user": "ticket-4711", "timeout": 1800, "idle": 300}',
    "nojson": b"hello",
    "huge": b'{"ok": true, "message": "' + b"x" * 100000 + b'"}',
}


class Service(http.server.BaseHTTPRequestHandler):
    def log_message(self, *args):
        pass

    def do_POST(self):
        text = self.rfile.read(int(self.headers["Content-Length"]))
        print(text.decode(), flush=True)
        code = json.loads(text)["code"]
        answer = ANSWERS.get(code, b'{"ok": false, "message": "no such ticket"}')
        self.send_response({"500": 500, "moved": 302}.get(code, 200))
        self.send_header("Location", "https://198.18.2.90:8443/elsewhere")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)


SERVER = http.server.ThreadingHTTPServer(("198.18.2.90", 8443), Service)
CONTEXT = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
CONTEXT.load_cert_chain(sys.argv[1], sys.argv[2])
SERVER.socket = CONTEXT.wrap_socket(SERVER.socket, server_side=True)
print("it listens", flush=True)
SERVER.serve_forever()
