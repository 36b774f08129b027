"""Digests of WARC records (ISO 28500, 5.8 and 5.9): whether a record still holds what was captured.

The block digest is over all bytes of a record. Of the payload digest the standard leaves open whether it is over the
body as it was sent, without the chunks of HTTP or without its packing, and programs differ: each of them will do.
"""

import base64
import hashlib
from collections.abc import Callable, Sequence
from typing import Any, cast

from warcio.limitreader import LimitReader
from warcio.recordloader import ArcWarcRecordLoader

_SIZES = {"md5": 16, "sha1": 20, "sha224": 28, "sha256": 32, "sha384": 48, "sha512": 64}


class Altered(Exception):
    """The bytes of a record are not those that its digest was made of. `served` is what it holds all the same."""

    def __init__(self, served: bytes) -> None:
        super().__init__("its bytes do not agree with its digest")
        self.served = served


def parsed(field: str) -> tuple[str, bytes] | None:
    """Return algorithm and digest of a field such as `sha1:3EF4GH5…` (base 16, 32 or 64), or None for what is none."""
    name, _, value = field.strip().partition(":")
    name = name.strip().lower().replace("-", "")
    size, value = _SIZES.get(name, 0), value.strip().rstrip("=")
    pad = "=" * (-len(value) % 8)
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: bytes.fromhex(value),
        lambda: base64.b32decode(value + pad, casefold=True),
        lambda: base64.b64decode(value + pad[: -len(value) % 4], altchars=b"-_", validate=True),
        lambda: base64.b64decode(value + pad[: -len(value) % 4], validate=True),
    )
    for way in ways if size else ():
        try:
            digest = way()
        except ValueError:
            continue
        if len(digest) == size:
            return name, digest
    return None


class Summed(LimitReader):  # type: ignore[misc]
    """The block of a record; sums up what is read of it."""

    def __init__(self, stream: Any, length: int, name: str, digest: bytes) -> None:
        super().__init__(stream, length)
        self._digest = digest
        self._sum = hashlib.new(name, usedforsecurity=False)

    def _update(self, buff: bytes) -> bytes:
        self._sum.update(buff)
        return cast(bytes, super()._update(buff))

    def agrees(self) -> bool:
        """Whether all of it was read and is what the digest was made of."""
        return self.limit == 0 and self._sum.digest() == self._digest


class Loader(ArcWarcRecordLoader):  # type: ignore[misc]
    """Loads records of which the block is summed up where it has a digest."""

    def wrap_digest_verifying_stream(
        self,
        stream: Any,
        rec_type: str,  # noqa: ARG002 - warcio gives it
        rec_headers: Any,
        digest_checker: Any,  # noqa: ARG002 - warcio gives it
        length: int | None = None,
    ) -> tuple[Any, bool]:
        """Return the stream of a record, and that it needs no further word from warcio."""
        found = parsed(str(rec_headers.get_header("WARC-Block-Digest") or "")[:200])
        return (Summed(stream, length, *found) if found and length else stream), False


def check(stream: Any, payload: str, bodies: Sequence[bytes]) -> None:
    """Raise Altered when no digest of a record that was read to its end agrees with it, and it has one.

    `payload` is the field of the payload digest, empty where it says nothing; `bodies` are the body as it is stored and
    without the codings of HTTP, as it was served last.
    """
    summed = isinstance(stream, Summed)
    if summed and stream.agrees():
        return
    found = parsed(payload)
    if found is not None:
        name, digest = found
        if any(
            hashlib.new(name, body, usedforsecurity=False).digest() == digest
            for body in {id(body): body for body in bodies}.values()
        ):
            return
    if summed or found is not None:
        raise Altered(bodies[-1])
