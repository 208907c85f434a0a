"""A tile server on the loopback interface: every tile is one colour, or an error."""

from __future__ import annotations

import io
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from PIL import Image

COLOUR = (173, 201, 140)


@dataclass
class TileServer:
    """A running server."""

    address: str = ""
    paths: list[str] = field(default_factory=list)  # what was asked for
    broken: bool = False  # answer 503


def tile_image(kind: str = "PNG", side: int = 256) -> bytes:
    """Return a tile of one colour as PNG, JPEG or WEBP."""
    buffer = io.BytesIO()
    Image.new("RGB", (side, side), COLOUR).save(buffer, kind)
    return buffer.getvalue()


@contextmanager
def serve_tiles() -> Iterator[TileServer]:
    """Serve tiles until the end of the block."""
    state, tile = TileServer(), tile_image()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            state.paths.append(self.path)
            self.send_response(503 if state.broken else 200)
            self.send_header("Content-Type", "image/png")
            self.end_headers()
            if not state.broken:
                self.wfile.write(tile)

        def log_message(self, *_args):
            """Keep the output of the tests quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    state.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
