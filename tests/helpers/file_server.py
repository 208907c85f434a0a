"""A file server on the loopback interface that errs as servers do: on purpose, and as told."""

from __future__ import annotations

import gzip
import re
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any


@dataclass
class Served:
    """A file and the ways in which it is served.

    Parameters
    ----------
    content : bytes
        What it holds.
    etag : str
        Its mark; empty for none.
    ranges : bool
        Whether parts are served (206), with ``If-Range`` honoured.
    breaks : list of int
        After how many bytes each of the first answers breaks off; used up one by one.
    statuses : list of int
        Refusals of the first answers, used up one by one.
    headers : dict
        Further ones, which replace those that would be sent.
    stall_s : float
        How long it falls silent where it breaks off, instead of closing.
    """

    content: bytes
    etag: str = '"one"'
    ranges: bool = True
    breaks: list[int] = field(default_factory=list)
    statuses: list[int] = field(default_factory=list)
    headers: dict[str, str] = field(default_factory=dict)
    packed: bool = False
    chunked: bool = False
    stall_s: float = 0.0


@dataclass
class FileServer:
    """A running server: its files by path, and what was asked of it."""

    address: str = ""
    files: dict[str, Served] = field(default_factory=dict)
    asked: list[tuple[str, str]] = field(default_factory=list)  # (path, Range)
    agents: set[str] = field(default_factory=set)
    over: threading.Event = field(default_factory=threading.Event)

    def url(self, path: str) -> str:
        """Return the address of a path."""
        return f"{self.address}{path}"


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_args: Any) -> None:
        """Keep quiet about clients that go away."""


class _Handler(BaseHTTPRequestHandler):
    state: FileServer

    def do_GET(self) -> None:
        wanted = self.headers.get("Range") or ""
        self.state.asked.append((self.path, wanted))
        self.state.agents.add(self.headers.get("User-Agent") or "")
        served = self.state.files.get(self.path)
        if served is None:
            self._refuse(404, {})
        elif served.statuses:
            self._refuse(served.statuses.pop(0), served.headers)
        else:
            self._serve(served, wanted)

    def _refuse(self, status: int, headers: dict[str, str]) -> None:
        body = b"<html>no</html>"
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def _serve(self, served: Served, wanted: str) -> None:
        whole = len(served.content)
        found = re.fullmatch(r"bytes=(\d+)-", wanted)
        same = self.headers.get("If-Range") in {None, served.etag}
        start = int(found[1]) if found and served.ranges and same else 0
        if start and start >= whole:
            self._refuse(416, {"Content-Range": f"bytes */{whole}"})
            return
        body = served.content[start:]
        sent: dict[str, str] = {"Content-Type": "application/octet-stream"}
        if served.etag:
            sent["ETag"] = served.etag
        if start:
            sent["Content-Range"] = f"bytes {start}-{whole - 1}/{whole}"
        if served.packed:
            body = gzip.compress(body, mtime=0)
            sent["Content-Encoding"] = "gzip"
        if served.chunked:
            sent["Transfer-Encoding"] = "chunked"
        else:
            sent["Content-Length"] = str(len(body))
        self.send_response(206 if start else 200)
        for name, value in {**sent, **served.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self._pour(served, body)

    def _pour(self, served: Served, body: bytes) -> None:
        cut = served.breaks.pop(0) if served.breaks else None
        body = body if cut is None else body[:cut]
        if served.chunked:
            body = b"%x\r\n%b\r\n" % (len(body), body) + (b"0\r\n\r\n" if cut is None else b"")
        self.wfile.write(body)
        self.wfile.flush()
        if cut is not None and served.stall_s:
            self.state.over.wait(served.stall_s)
        self.close_connection = True

    def log_message(self, *_args: Any) -> None:
        """Keep the output of the tests quiet."""


@contextmanager
def serve_files(identity: tuple[Path, Path] | None = None) -> Iterator[FileServer]:
    """Serve files until the end of the block; over TLS with a certificate and its key."""
    state = FileServer()
    handler = type("Handler", (_Handler,), {"state": state, "protocol_version": "HTTP/1.1"})
    server = _Server(("127.0.0.1", 0), handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    if identity is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*identity)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        state.address = f"https://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield state
    finally:
        state.over.set()
        server.shutdown()
        server.server_close()
        thread.join()
