"""A file server on the loopback that misbehaves as the first word of the path says.

    python3 server.py FOLDER

prints its port, writes every request as a line `PATH RANGE` to FOLDER/log, and leaves when its standard input ends.
"""
import http.server
import os
import pathlib
import sys
import threading
import time

FOLDER = pathlib.Path(sys.argv[1])
SEEN = {}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        _, way, name = self.path.split("/", 2)
        wanted = self.headers.get("Range")
        with open(FOLDER / "log", "a") as log:
            print(self.path, wanted or "-", file=log)
        SEEN[self.path] = SEEN.get(self.path, 0) + 1
        first = SEEN[self.path] == 1
        data = (FOLDER / name).read_bytes()
        if way == "missing":
            return self.send_error(404)
        if way == "down" or way == "flaky" and first:
            return self.send_error(503)
        if way == "redirect":
            self.send_response(302)
            self.send_header("Location", "/good/" + name)
            return self.end_headers()
        if way == "loop":
            self.send_response(302)
            self.send_header("Location", self.path)
            return self.end_headers()
        if way == "page":
            data = b"<html>Please log in</html>"
        if way == "short":
            data = data[: len(data) // 2]
        if way in ("long", "long-unsaid"):
            data += b"more"
        if way == "wrong":
            data = data[:-1] + bytes([data[-1] ^ 1])
        start = 0
        if wanted and not way.startswith("plain"):
            start = int(wanted.removeprefix("bytes=").removesuffix("-"))
            if start >= len(data):
                self.send_response(416)
                self.send_header("Content-Length", "0")
                return self.end_headers()
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {start}-{len(data) - 1}/{len(data)}")
        else:
            self.send_response(200)
        data = data[start:]
        # A body without a length ends with the connection, whole or not.
        if way != "endless" and not way.endswith("unsaid"):
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if way == "endless":
            while True:
                self.wfile.write(bytes(1 << 16))
        if way == "cut" or way in ("plain-cut", "cut-unsaid") and first:
            data = data[: (len(data) + 1) // 2]
        if way == "stall" and first:
            self.wfile.write(data[: len(data) // 2])
            self.wfile.flush()
            time.sleep(3600)
        self.wfile.write(data)

    def log_message(self, *words):
        pass


class Server(http.server.ThreadingHTTPServer):
    def handle_error(self, request, address):
        pass  # a client that has seen enough


server = Server(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
print(server.server_address[1], flush=True)
sys.stdin.read()
os._exit(0)
