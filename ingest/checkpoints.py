"""Where the reading of a source stands, kept in a file, so that it goes on there after any end of the process.

A checkpoint is written after a document is in the ledger, never before: what it says is over, is recorded. It holds for
one ledger and for a source that has not changed since: the same files with the same sizes and times.
"""

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import blake2b
from pathlib import Path

from ingest.load import files_below
from ingest.sources.progress import Position

SMALLEST = 1_000_000  # bytes; a smaller source is read again in a moment
_HEAD = 65_536  # bytes of a file that tell it from another one of the same size and time


@dataclass(frozen=True, slots=True, kw_only=True)
class Survey:
    """A file or folder before it is read. `identity` is that of its bytes, as far as sizes and times tell."""

    path: Path
    size: int
    identity: str


def survey(source: str) -> Survey | None:
    """Look at a file or folder without reading it. None for a web address, standard input, and what isn't there."""
    if source == "-" or "://" in source:
        return None
    path = Path(source).expanduser().absolute()
    digest, size = blake2b(digest_size=16), 0
    try:
        if path.is_file():
            with path.open("rb") as stream:
                digest.update(stream.read(_HEAD))
        elif not path.is_dir():
            return None
        for file in files_below(path) if path.is_dir() else (path,):
            found = file.lstat() if file.is_symlink() and not file.exists() else file.stat()
            digest.update(f"{file}\0{found.st_size}\0{found.st_mtime_ns}\n".encode("utf-8", "surrogateescape"))
            size += found.st_size
    except OSError:
        return None
    return Survey(path=path, size=size, identity=digest.hexdigest())


class Checkpoints:
    """The checkpoints of one ledger, one file a source, in a folder of `home`. `mode` tells kinds of reading apart."""

    def __init__(self, home: Path, ledger: str, mode: str = "") -> None:
        self._folder = home / "reading"
        self._ledger = ledger
        self._mode = mode

    def find(self, source: Survey) -> Position:
        """Return where the reading of an unchanged source stopped, or nothing."""
        try:
            kept = json.loads(self._file(source).read_text("utf-8"))
            if kept["identity"] != source.identity:
                return ()
            return tuple((int(mark), int(count)) for mark, count in kept["position"])
        except (OSError, ValueError, LookupError, TypeError):
            return ()  # none, or half of one: the source is read from its beginning, the ledger knows what it holds

    def keep(self, source: Survey, position: Sequence[Sequence[int]]) -> None:
        """Write where reading could go on. Readers see the old checkpoint or the new one, never half of one."""
        if source.size < SMALLEST:
            return
        self._folder.mkdir(parents=True, exist_ok=True)
        kept = {
            "source": str(source.path),
            "identity": source.identity,
            "position": position,
            "at": datetime.now(UTC).isoformat(timespec="seconds"),
        }
        file = self._file(source)
        draft = file.with_suffix(".new")
        draft.write_text(json.dumps(kept), "utf-8")
        os.replace(draft, file)

    def forget(self, source: Survey) -> None:
        """The source is read to its end."""
        with suppress(FileNotFoundError):
            self._file(source).unlink()

    def _file(self, source: Survey) -> Path:
        words = f"{self._ledger}\0{self._mode}\0{source.path}"
        return self._folder / f"{blake2b(words.encode('utf-8', 'surrogateescape'), digest_size=16).hexdigest()}.json"
