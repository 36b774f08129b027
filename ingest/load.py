"""The door `load`: a file, a folder, standard input or a web address becomes documents and failures."""

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import IO, TYPE_CHECKING
from urllib.parse import urlsplit

from graph.errors import SightlinesError, SourceError, UnsupportedSource
from graph.ids import document_id
from graph.records import Document, Failure
from graph.settings import languages_of
from ingest.languages import written_in
from ingest.limits import few_failures, read_within
from ingest.papers.metadata import SUFFIXES
from ingest.sources import READERS, Draft, Raw, Reader
from ingest.sources.base import Stream, load_failure
from ingest.sources.progress import Place, allowance_for
from ingest.text import normalise

if TYPE_CHECKING:
    from ingest.fetch import Fetched

__all__ = ["LONGEST", "files_below", "load", "load_failure"]

LONGEST = 10_000_000  # characters of one document: some ten minutes of reading; an article has five thousand
DEEPEST = 4  # archives within archives
_HEAD = 1_000_000  # bytes that tell the type of a file
_URL = re.compile(r"[a-zA-Z][a-zA-Z0-9+.-]*://")
_ENDS = (*'.!?:;"”’)',)


def load(
    source: str,
    *,
    language: str = "en",
    readers: Sequence[Reader] = READERS,
    place: Place | None = None,
    fetch: "Callable[[str], Fetched] | None" = None,
) -> Iterator[Document | Failure]:
    """Yield what `source` holds: a path, a folder (all files below it, hidden ones left out), `-` or a URL.

    What can't be read is a Failure of stage "load" with reason and hint; the rest goes on. After the first hundred of a
    file the others are one failure, which comes again with each of them (`ingest.limits.few_failures`). Reading begins
    at `place`, which is moved along: when a document is yielded, `place.position()` is where reading could go on after
    it. A web address is got by `fetch`, or by `ingest.fetch.fetch`.
    """
    place = place or Place()
    if source == "-" or _URL.match(source):
        found = _guarded(source, partial(_outside, source, fetch), language, readers, place)
        yield from few_failures(found, "" if source == "-" else source, place)
        return
    path = Path(source).expanduser()
    refused: list[OSError] = []
    empty, start = path.is_dir(), place.mark
    for number, file in enumerate(files_below(path, refused.append) if path.is_dir() else (path,)):
        empty = False
        if number < start:
            place.done += _size(file)
            continue
        rest = place.rest if number == start else ()
        place.advance(number, number, place.done)
        place.rest, place.weight = rest, _size(file)
        found = _guarded(str(file), partial(_file, file), language, readers, place)
        yield from few_failures(found, file.absolute().as_uri(), place)
        place.advance(number + 1, number + 1, place.done + place.weight)
    for error in refused:
        reason = f"The folder {error.filename} can't be read: {error.strerror}."
        hint = "Check its permissions and add it again."
        yield load_failure(str(error.filename), SourceError(reason, hint=hint, source=str(error.filename)))
    if empty and not refused:
        yield load_failure(source, SourceError(f"The folder {source} holds no files.", source=source))


def files_below(folder: Path, refused: Callable[[OSError], None] | None = None) -> Iterator[Path]:
    """Yield the files below `folder` in a fixed order. Hidden names are left out, linked folders not followed.

    A folder that can't be listed is told to `refused`. What describes a paper beside it is read with the paper.
    """
    for place, folders, names in os.walk(folder, onerror=refused, followlinks=False):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        yield from (Path(place, name) for name in sorted(names) if not name.startswith(".") and not beside(name, names))


def beside(name: str, names: Collection[str]) -> bool:
    """Whether a file only describes the paper of the same name beside it (`paper.pdf`, `paper.json` or `paper.bib`)."""
    stem, dot, kind = name.rpartition(".")
    return f".{kind}" in SUFFIXES and bool({f"{stem}{dot}pdf", f"{stem}{dot}PDF", f"{stem}{dot}xml"} & {*names})


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _guarded(
    source: str, find: Callable[[], Raw], language: str, readers: Sequence[Reader], outer: Place
) -> Iterator[Document | Failure]:
    """Read one source. Whatever goes wrong with it is one failure; `outer` is the place that it is a part of."""
    try:
        raw = find()
        outer.enter(raw.place)
        yield from _read(raw, source, language, readers)
    except SightlinesError as exc:
        yield load_failure(source, exc)
    except (OSError, RecursionError, MemoryError) as exc:
        reason = getattr(exc, "strerror", None) or type(exc).__name__
        yield load_failure(source, SourceError(f"{source} can't be read: {reason}.", source=source))
    finally:
        outer.leave()


def _read(raw: Raw, source: str, language: str, readers: Sequence[Reader]) -> Iterator[Document | Failure]:
    reader = next((reader for reader in readers if reader.matches(raw)), None)
    if reader is None:
        raise UnsupportedSource(f"{source}: no reader for this type.", source=source)
    if not getattr(reader, "STREAMS", False):
        raw = raw.whole()
    elif raw.depth > DEEPEST:
        raise UnsupportedSource(
            f"{source} lies in more than {DEEPEST} archives.", hint="Unpack it and add what is in it.", source=source
        )
    for found in read_within(reader, raw):
        if isinstance(found, Raw):
            yield from _guarded(found.address, partial(_itself, found), language, readers, raw.place)
        else:
            yield found if isinstance(found, Failure) else _finished(found, raw, source, language)


def _itself(raw: Raw) -> Raw:
    return raw


# --- where sources come from ---


def _file(path: Path) -> Raw:
    if not path.exists():
        raise SourceError(f"There is no file {path}.", hint="Check the path and add it again.", source=str(path))
    if not path.is_file():
        raise UnsupportedSource(f"{path} is no regular file.", source=str(path))
    size = path.stat().st_size
    with path.open("rb") as stream:
        head = stream.read(_HEAD)
    return Raw(
        address=path.resolve().as_uri(),
        name=path.name,
        data=head,
        path=path,
        opener=partial(_opened, path) if size > len(head) else None,
        size=size,
        place=Place(size=size, allowance=allowance_for(size)),
    )


def _opened(path: Path) -> Stream:
    return path.open("rb")


def _outside(source: str, fetch: "Callable[[str], Fetched] | None") -> Raw:
    if source == "-":
        return _standard_input()
    if fetch is None:
        from ingest.fetch import fetch as usual  # ssl and http: only who fetches pays

        fetch = usual
    got = fetch(source)
    size = len(got.data)
    return Raw(
        address=got.address,
        name=urlsplit(got.address).path,
        data=got.data,
        content_type=got.content_type,
        size=size,
        place=Place(size=size, allowance=allowance_for(size)),
    )


def _standard_input() -> Raw:
    """Keep what is longer than a head in a temporary file: most readers go back, or look at the end first."""
    stream = sys.stdin.buffer
    head = stream.read(_HEAD)
    raw = Raw(address=f"stdin:{sha256(head).hexdigest()[:20]}", name="", data=head, size=len(head))
    more = stream.read(1) if len(head) == _HEAD else b""
    if not more:
        return raw
    copy = tempfile.NamedTemporaryFile(prefix="sightlines-")  # noqa: SIM115 - closed with the last reference to it
    copy.write(head + more)
    shutil.copyfileobj(stream, copy, _HEAD)
    copy.flush()
    size = copy.tell()
    place = Place(size=size, allowance=allowance_for(size))
    return replace(raw, opener=partial(_reopened, copy), size=size, place=place)


def _reopened(copy: IO[bytes]) -> Stream:
    return open(copy.name, "rb")


# --- from draft to document ---


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
        spoken = written_in(text, draft.language, languages_of(language), source)
    except SourceError as exc:
        return load_failure(address if draft.raw is not None else source, exc)
    data = raw.data if draft.raw is None else draft.raw
    return Document(
        id=document_id(address, text),
        address=address,
        headline=normalise(draft.headline).replace("\n", " ") or text.partition("\n")[0][:120],
        text=text,
        kind=draft.kind,
        language=spoken,
        publisher=draft.publisher,
        author=draft.author,
        published=draft.published,
        modified=draft.modified,
        retrieved=_moment(raw.retrieved) or datetime.now(UTC).isoformat(timespec="seconds"),
        reader=f"{draft.reader}, {raw.via}" if raw.via else draft.reader,
        raw=data,
        raw_hash=sha256(data).hexdigest(),
        sources=draft.sources,
        pages=pages if draft.paged else (),
    )


def _moment(words: str | None) -> str | None:
    """When an archive says that it captured something, as ISO 8601 in UTC."""
    try:
        moment = datetime.fromisoformat((words or "")[:40])
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC).isoformat(timespec="seconds")


def _joined(parts: Sequence[str]) -> tuple[str, tuple[int, ...]]:
    """The normalised text and where each part begins. A sentence that runs on over a page stays one."""
    text, starts = "", []
    for part in map(normalise, parts):
        if text and part:
            text += " " if not text.endswith(_ENDS) and part[0].islower() else "\n\n"
        starts.append(len(text))
        text += part
    return text, tuple(starts)
