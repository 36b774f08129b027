"""The door `load`: a file, a folder, standard input or a web address becomes documents and failures."""

import os
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit

from graph.errors import SightlinesError, SourceError, UnsupportedSource
from graph.ids import document_id
from graph.records import Document, Failure
from ingest.limits import read_within
from ingest.sources import READERS, Draft, Raw, Reader, feed
from ingest.sources.base import LARGEST
from ingest.text import normalise

_ENOUGH_LETTERS = 200  # below this a guess at the language is a coin toss
LONGEST = 10_000_000  # characters of one document: some ten minutes of reading; an article has five thousand
_SAMPLE = 20_000  # characters that the language is guessed from
_HEAD = 1_000_000  # bytes that tell the type of a file
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_ENDS = (*'.!?:;"”’)',)


def load(source: str, *, language: str = "en", readers: Sequence[Reader] = READERS) -> Iterator[Document | Failure]:
    """Yield what `source` holds: a path, a folder (all files below it, hidden ones left out), `-` or a URL.

    What can't be read is a Failure of stage "load" with reason and hint; the rest goes on.
    """
    if source == "-" or _URL.match(source):
        yield from _guarded(source, partial(_outside, source), language, readers)
        return
    path = Path(source).expanduser()
    refused: list[OSError] = []
    empty = path.is_dir()
    for file in files_below(path, refused.append) if path.is_dir() else (path,):
        empty = False
        yield from _guarded(str(file), partial(_file, file), language, readers)
    for error in refused:
        reason = f"The folder {error.filename} can't be read: {error.strerror}."
        hint = "Check its permissions and add it again."
        yield load_failure(str(error.filename), SourceError(reason, hint=hint, source=str(error.filename)))
    if empty and not refused:
        yield load_failure(source, SourceError(f"The folder {source} holds no files.", source=source))


def files_below(folder: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield the files below `folder` in a fixed order. Hidden names are left out, linked folders not followed.

    A folder that can't be listed is told to `refused`.
    """
    for place, folders, names in os.walk(folder, onerror=refused, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith("."))


def _guarded(
    source: str, find: Callable[[], Raw], language: str, readers: Sequence[Reader]
) -> Iterator[Document | Failure]:
    try:
        raw = find()
        reader = next((reader for reader in readers if reader.matches(raw)), None)
        if reader is None:
            raise UnsupportedSource(f"{source}: no reader for this type.", source=source)
        for found in read_within(reader, raw):
            yield found if isinstance(found, Failure) else _finished(found, raw, source, language)
    except SightlinesError as exc:
        yield load_failure(source, exc)
    except (OSError, RecursionError, MemoryError) as exc:
        reason = getattr(exc, "strerror", None) or type(exc).__name__
        yield load_failure(source, SourceError(f"{source} can't be read: {reason}.", source=source))


def load_failure(source: str, error: SightlinesError) -> Failure:
    """Return the note that `source` could not be read."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return Failure(source=source, stage="load", reason=str(error)[:1000], hint=error.hint, at=now)


def _file(path: Path) -> Raw:
    if not path.exists():
        raise SourceError(f"There is no file {path}.", hint="Check the path and add it again.", source=str(path))
    if not path.is_file():
        raise UnsupportedSource(f"{path} is no regular file.", source=str(path))
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = Raw(address=path.resolve().as_uri(), name=path.name, data=stream.read(_HEAD), path=path)
        if feed.matches(head):
            return head
        _check_size(size, str(path))
        return Raw(address=head.address, name=head.name, data=head.data + stream.read(LARGEST))


def _outside(source: str) -> Raw:
    if source == "-":
        data = sys.stdin.buffer.read(LARGEST + 1)
        _check_size(len(data), "standard input")
        return Raw(address=f"stdin:{sha256(data).hexdigest()[:20]}", name="", data=data)
    from ingest.fetch import fetch  # ssl and http: only who fetches pays

    got = fetch(source)
    return Raw(address=got.address, name=urlsplit(got.address).path, data=got.data, content_type=got.content_type)


def _check_size(size: int, source: str) -> None:
    if size > LARGEST:
        raise UnsupportedSource(
            f"{source} holds {size // 1_000_000} MB: more than is read as one document.",
            hint=f"Split it into files below {LARGEST // 1_000_000} MB, or give JSONL with one document a line.",
            source=source,
        )


def _check_length(text: str, source: str) -> None:
    if len(text) > LONGEST:
        raise UnsupportedSource(
            f"{source} holds {len(text) / 1e6:.0f} million characters: more than is read as one document.",
            hint=f"Split it at its chapters: up to {LONGEST // 1_000_000} million characters are read, nothing is cut.",
            source=source,
        )


def _finished(draft: Draft, raw: Raw, source: str, language: str) -> Document | Failure:
    text, pages = _joined(draft.parts)
    address = draft.address or raw.address
    try:
        if not any(char.isalnum() for char in text[:100_000]):
            raise SourceError(f"{source} holds no text.", hint="The file is empty, or has no words.", source=source)
        _check_length(text, source)
        _check_language(text, draft.language, language, source)
    except SourceError as exc:
        return load_failure(address if draft.raw is not None else source, exc)
    data = raw.data if draft.raw is None else draft.raw
    return Document(
        id=document_id(address, text),
        address=address,
        headline=normalise(draft.headline).replace("\n", " ") or text.partition("\n")[0][:120],
        text=text,
        kind=draft.kind,
        language=language,
        publisher=draft.publisher,
        author=draft.author,
        published=draft.published,
        retrieved=datetime.now(UTC).isoformat(timespec="seconds"),
        reader=draft.reader,
        raw=data,
        raw_hash=sha256(data).hexdigest(),
        sources=draft.sources,
        pages=pages if draft.paged else (),
    )


def _joined(parts: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """The normalised text and where each part begins. A sentence that runs on over a page stays one."""
    text, starts = "", []
    for part in map(normalise, parts):
        if text and part:
            text += " " if not text.endswith(_ENDS) and part[0].islower() else "\n\n"
        starts.append(len(text))
        text += part
    return text, tuple(starts)


def _check_language(text: str, declared: str | None, wanted: str, source: str) -> None:
    found = (declared or wanted).lower().partition("-")[0]
    sample = text[:_SAMPLE]
    if found == wanted and sum(char.isalpha() for char in sample) >= _ENOUGH_LETTERS:
        import py3langid

        found = str(py3langid.classify(sample)[0])
    if found != wanted:
        raise UnsupportedSource(
            f"{source} is written in {found!r}, which is not read.",
            hint=f"Documents in {wanted!r} are read (SIGHTLINES_LANGUAGE).",
            source=source,
        )
