"""Run the app on this machine: loopback only, with a strict content policy and no request that leaves the host."""

import os
import re
import socket
from base64 import b64encode
from collections.abc import Callable, MutableMapping
from dataclasses import fields
from hashlib import sha256
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.middleware import Middleware
from starlette.types import ASGIApp, Receive, Scope, Send

from graph.errors import ConfigError
from graph.paths import APP
from graph.settings import PREFIX, Settings

HOST = "127.0.0.1"
_INLINE = re.compile(rb"<script>(.*?)</script>", re.DOTALL)

# Both themes; colours as in look.css. Fonts and icons are Streamlit's own, bundled.
_THEME: dict[str, Any] = {
    "theme.baseRadius": "6px",
    "theme.baseFontSize": 15,
    "theme.light.primaryColor": "#7A1FA2",
    "theme.light.backgroundColor": "#FFFFFF",
    "theme.light.secondaryBackgroundColor": "#F4F3F0",
    "theme.light.textColor": "#1E1D1B",
    "theme.light.linkColor": "#0B5CAD",
    "theme.light.borderColor": "#D9D6D0",
    "theme.dark.primaryColor": "#C58AF9",
    "theme.dark.backgroundColor": "#16181D",
    "theme.dark.secondaryBackgroundColor": "#22252C",
    "theme.dark.textColor": "#ECEAE6",
    "theme.dark.linkColor": "#85B8F8",
    "theme.dark.borderColor": "#3A3E47",
}


def options(port: int, *, open_browser: bool) -> dict[str, Any]:
    """Streamlit's options for this app, by their dotted names."""
    return {
        "server.address": HOST,
        "server.port": port,
        "server.headless": not open_browser,
        "server.allowedHosts": ["localhost", HOST],
        "server.fileWatcherType": "none",
        "server.enableStaticServing": False,
        "server.maxUploadSize": 50,
        "browser.serverAddress": HOST,
        "browser.gatherUsageStats": False,
        "client.showErrorDetails": "none",
        "client.showErrorLinks": False,
        "client.toolbarMode": "minimal",
        # Hides Streamlit's advice to whoever develops an app, in the browser too; `serve` tells the address instead.
        "logger.hideWelcomeMessage": True,
        **_THEME,
    }


def content_policy(index: bytes) -> str:
    """The content policy for Streamlit's `index.html`: own scripts, inline ones by their hashes (CSP level 3)."""
    hashes = " ".join(f"'sha256-{b64encode(sha256(code).digest()).decode()}'" for code in _INLINE.findall(index))
    return "; ".join(
        (
            "default-src 'self'",
            f"script-src 'self' blob: {hashes}".rstrip(),
            "style-src 'self' 'unsafe-inline'",
            "img-src 'self' data: blob:",
            "font-src 'self' data:",
            "connect-src 'self'",
            "worker-src 'self' blob:",
            "frame-src 'none'",
            "object-src 'none'",
            "base-uri 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
        )
    )


class Headers:
    """ASGI middleware that adds the security headers to every HTTP answer; websockets pass untouched."""

    def __init__(self, app: ASGIApp, policy: str) -> None:
        self.app = app
        self.headers = [
            (b"content-security-policy", policy.encode()),
            (b"x-content-type-options", b"nosniff"),
            (b"x-frame-options", b"DENY"),
            (b"referrer-policy", b"no-referrer"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def with_headers(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *self.headers]
            await send(message)

        await self.app(scope, receive, with_headers)


def make_app() -> st.App:
    """The ASGI application: `app.py` behind the security headers."""
    index = Path(st.__file__).parent / "static" / "index.html"
    return st.App(APP, middleware=[Middleware(Headers, policy=content_policy(index.read_bytes()))])


def check_port(port: int) -> None:
    """Raise ConfigError when the port of the app can't be opened on the loopback address."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except (OSError, OverflowError) as exc:
            raise ConfigError(
                f"Port {port} of {HOST} can't be opened: {getattr(exc, 'strerror', None) or exc}.",
                hint=f"Another app may be running there; choose another port: {PREFIX}PORT={min(port + 1, 65535)}.",
            ) from exc


def serve(settings: Settings, *, open_browser: bool = True, tell: Callable[[str], object] = str) -> None:
    """Run the app until it is interrupted; `tell` gets a line with its address. Raises ConfigError on a taken port."""
    check_port(settings.port)
    tell(f"The app is at http://{HOST}:{settings.port} (Ctrl+C ends it)")
    # app.py reads its settings from the environment, as it does under `streamlit run app.py`.
    for setting in fields(settings):
        os.environ[PREFIX + setting.name.upper()] = str(getattr(settings, setting.name))
    make_app().run(config=options(settings.port, open_browser=open_browser))
