"""CSV tables (RFC 4180, UTF-8): entities, links, claims, evidence, documents; in a folder or in one .zip.

Spreadsheets run a cell that begins with =, +, - or @ as a formula; texts come from strangers, so such cells get an
apostrophe in front (OWASP, "CSV Injection").
"""

import csv
import io
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any

from graph.export.picture import ClaimRow, DocumentRow, Entity, Link, Picture, Quote
from graph.export.writing import replace_file

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
LIST_SEPARATOR = " | "


def cell(value: Any) -> str | int | float:
    """Return a value as a cell: lists joined by " | ", None empty, text that a spreadsheet would run made inert."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return value
    text = LIST_SEPARATOR.join(map(str, value)) if isinstance(value, (list, tuple)) else str(value)
    return "'" + text if text.lstrip(" ").startswith(_FORMULA) else text


def _table(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows([cell(value) for value in row] for row in rows)
    return text.getvalue().encode("utf-8", "replace")


def _records(kind: type[Any], records: Iterable[Any]) -> bytes:
    columns = [field.name for field in fields(kind)]
    return _table(columns, ([getattr(record, column) for column in columns] for record in records))


def _links(picture: Picture) -> bytes:
    names = {entity.id: entity.name for entity in picture.entities}
    columns = ["subject_name", "predicate", "object_name", *(f.name for f in fields(Link) if f.name != "predicate")]
    rows = []
    for link in picture.links:
        quotes = [quote.sentence for claim in link.claim_ids for quote in picture.quotes_of.get(claim, ())]
        values = [getattr(link, f.name) for f in fields(Link) if f.name != "predicate"]
        rows.append([names[link.source], link.predicate, names[link.target], *values, list(dict.fromkeys(quotes))])
    return _table([*columns, "sentences"], rows)


def tables(picture: Picture) -> dict[str, bytes]:
    """Return file name → CSV. Columns are the fields of the records; links also carry names and sentences."""
    return {
        "entities.csv": _records(Entity, picture.entities),
        "links.csv": _links(picture),
        "claims.csv": _records(ClaimRow, picture.claims),
        "evidence.csv": _records(Quote, picture.quotes),
        "documents.csv": _records(DocumentRow, picture.documents),
    }


def write(picture: Picture, out: Path) -> None:
    """Write the tables into the folder `out`, or into one archive when `out` ends in .zip. Raises OSError."""
    files = tables(picture)
    if out.suffix.lower() == ".zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in files.items():
                # A fixed time stamp: the same graph gives the same bytes.
                archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
        replace_file(out, [packed.getvalue()])
        return
    out.mkdir(parents=True, exist_ok=True)
    for name, data in files.items():
        replace_file(out / name, [data])
