"""A server between a client and a true one: it passes requests on until it is told otherwise."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from urllib.parse import urlsplit

# What becomes of the request with this number, method and path: None to pass it on, "hang",
# "drop", or a status to answer with.
Fate = Callable[[int, str, str], "str | int | None"]


class Between:
    """Passes requests on to `address` while the `with` lasts; `fate` may be set anew."""

    def __init__(self, address: str, fate: Fate = lambda *_: None) -> None:
        self.fate = fate
        self.requests: list[tuple[str, str]] = []
        self._target = urlsplit(address)
        self._ended = threading.Event()
        between = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def handle_one_request(self) -> None:
                try:
                    super().handle_one_request()
                except OSError:  # who asked has gone
                    self.close_connection = True

            def log_message(self, format: str, *args: object) -> None:
                pass

            def __getattr__(self, name: str) -> Callable[[], None]:
                if name.startswith("do_"):
                    return lambda: between._handle(self)
                raise AttributeError(name)

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.address = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Between:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._ended.set()
        self._server.shutdown()
        self._server.server_close()

    def _handle(self, to: BaseHTTPRequestHandler) -> None:
        n, method, path = len(self.requests), to.command, to.path.partition("?")[0]
        self.requests.append((method, path))
        body = to.rfile.read(int(to.headers.get("content-length") or 0))
        fate = self.fate(n, method, path)
        if fate == "hang":
            self._ended.wait()
        if isinstance(fate, str):
            to.close_connection = True
            return
        if fate is not None:
            self._answer(
                to, fate, b'{"error": "Oh", "message": "It is broken"}', "application/json"
            )
            return
        link = http.client.HTTPConnection(str(self._target.hostname), self._target.port or 80)
        try:
            link.request(method, to.path, body, {"content-type": "application/json"})
            answer = link.getresponse()
            kind = answer.headers.get("content-type") or "application/json"
            self._answer(to, answer.status, answer.read(), kind)
        finally:
            link.close()

    @staticmethod
    def _answer(to: BaseHTTPRequestHandler, status: int, body: bytes, kind: str) -> None:
        to.send_response(status)
        to.send_header("content-type", kind)
        to.send_header("content-length", str(len(body)))
        to.end_headers()
        to.wfile.write(body)
