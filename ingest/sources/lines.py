"""JSONL: one document a line. A bad line is reported with its number; the others are read."""

import json
from collections.abc import Iterator
from typing import Any

from graph.errors import SourceError
from graph.records import Failure
from ingest.pages.declared import page_date
from ingest.sources.base import Draft, Raw, Stream, load_failure, own_address, own_date, own_words, suffix

STREAMS = True
ENDS = (".jsonl", ".ndjson")
LONGEST = 50_000_000  # bytes of one line
PATIENCE = 1_000  # lines without a text at the beginning, after which the file is taken for something else
_LAYOUT = 'Each line is an object like {"text": ..., "headline": ..., "url": ..., "published": ...}.'


def matches(raw: Raw) -> bool:
    """Whether it is named or served as JSONL, or its first line is a JSON object."""
    if suffix(raw.name) in ENDS or "ndjson" in raw.content_type or "jsonl" in raw.content_type:
        return True
    first = raw.data[:1_000_000].lstrip().partition(b"\n")[0]
    return first.startswith(b"{") and isinstance(_parsed(first), dict)


def read(raw: Raw) -> Iterator[Draft | Failure]:
    """Yield a draft or a failure a line; a file is read line by line, never as a whole.

    Raises SourceError when none of the first thousand lines has a text.
    """
    place = raw.place
    hopeful = place.count > 0
    with raw.open() as stream:
        if place.mark:
            stream.seek(place.mark)
        end, number = place.mark, place.count
        while line := stream.readline(LONGEST):
            number += 1
            end += len(line)
            long = len(line) == LONGEST and not line.endswith(b"\n")
            if long:
                end += _rest_of_line(stream)
            place.advance(end, number)
            if long:
                reason = f"line {number} of {raw.address} is longer than {LONGEST // 1_000_000} MB"
                yield load_failure(f"{raw.address}#{number}", reason, _LAYOUT)
            elif line.strip():
                found = _document(raw, number, line)
                yield found
                hopeful = hopeful or isinstance(found, Draft)
                if not hopeful and number >= PATIENCE:
                    raise SourceError(
                        f"None of the first {PATIENCE:,} lines of {raw.address} has a text.",
                        hint="If it is a table of facts, `sightlines import` reads it.",
                        source=raw.address,
                    )


def _rest_of_line(stream: Stream) -> int:
    """Skip to the next line; returns the number of bytes skipped."""
    skipped = 0
    while part := stream.readline(1_000_000):
        skipped += len(part)
        if part.endswith(b"\n"):
            break
    return skipped


def _parsed(line: bytes) -> Any:
    try:
        return json.loads(line.decode("utf-8-sig"))
    except (ValueError, RecursionError):
        return None


def _first(row: dict[str, Any], *names: str) -> Any:
    return next((row[name] for name in names if row.get(name)), None)


def _document(raw: Raw, number: int, line: bytes) -> Draft | Failure:
    row = _parsed(line)
    text = _first(row, "text", "body", "content") if isinstance(row, dict) else None
    if not isinstance(text, str) or not text.strip():
        problem = "has no text" if isinstance(row, dict) else "is no JSON object"
        return load_failure(f"{raw.address}#{number}", f"line {number} of {raw.address} {problem}", _LAYOUT)
    publisher = _first(row, "publisher", "source", "site")
    return Draft(
        parts=(text,),
        reader="lines",
        kind="web",
        headline=own_words(_first(row, "headline", "title")) or "",
        address=own_address(_first(row, "address", "url", "link")) or f"{raw.address}#{number}",
        publisher=own_words(publisher.get("name") if isinstance(publisher, dict) else publisher, 120),
        author=own_words(row.get("author"), 200),
        published=own_date(_first(row, "published", "date", "published_at")),
        modified=page_date(_first(row, "modified", "date_modified", "updated_at")),
        language=own_words(row.get("language"), 10),
        raw=line.strip(),
    )
