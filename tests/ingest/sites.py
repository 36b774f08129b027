"""A web server on loopback whose answers a test chooses."""

import contextlib
import ipaddress
import ssl
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from ingest.fetch import IPAddress


def loopback(address: IPAddress) -> bool:
    return address == ipaddress.ip_address("127.0.0.1")


Answer = Callable[[BaseHTTPRequestHandler], None]


def _nothing(request: BaseHTTPRequestHandler) -> None:
    request.send_response(404)
    request.send_header("Content-Length", "0")
    request.end_headers()


class Site:
    """A server whose answers a test chooses; it keeps the headers of every request."""

    def __init__(self, certificate: Path | None = None) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                site.seen.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                with contextlib.suppress(OSError):  # the client hung up, as it should
                    site.answers.get(self.path, _nothing)(self)

            def log_message(self, *_: object) -> None:
                pass

        class Quiet(ThreadingHTTPServer):
            def handle_error(self, *_: object) -> None:
                pass  # a client that hangs up, or speaks no TLS, is part of the test

        self.server = Quiet(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        if certificate:
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(certificate)
            self.server.socket = context.wrap_socket(
                self.server.socket, server_side=True, do_handshake_on_connect=False
            )
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        self.url = f"http{'s' if certificate else ''}://127.0.0.1:{self.server.server_port}"

    def page(self, path: str, body: bytes, *, status: int = 200, headers: tuple[tuple[str, str], ...] = ()) -> str:
        def answer(request: BaseHTTPRequestHandler) -> None:
            request.send_response(status)
            for name, value in headers:
                request.send_header(name, value)
            if not any(name == "Content-Length" for name, _ in headers):
                request.send_header("Content-Length", str(len(body)))
            request.end_headers()
            request.wfile.write(body)

        self.answers[path] = answer
        return self.url + path

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def redirect(self, path: str, target: str, *more: tuple[str, str]) -> str:
        return self.page(path, b"", status=302, headers=(("Location", target), *more))
