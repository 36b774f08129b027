"""The examples of a mapping are its test: rows or records, and the claims that they must make."""

from collections.abc import Iterator

from ingest.registers.mapping import Example, Mapping
from ingest.registers.records import rows_of
from ingest.registers.rows import RowReader
from ingest.registers.said import Row
from ingest.registers.tables import BadRow, bounded, kept_columns


def check(mapping: Mapping) -> list[str]:
    """Return what the examples of a mapping do not do, one line each; empty when all hold."""
    reader = RowReader(mapping)
    problems = [f"example {n}: {p}" for n, example in enumerate(mapping.examples, 1) for p in _wrong(example, reader)]
    used = {int(s.rule) for e in mapping.examples for row in _rows(e, mapping) for s in reader.read(row).said}
    problems += [f"no example makes claim {n + 1}" for n in range(len(mapping.claims)) if n not in used]
    return problems


def _wrong(example: Example, reader: RowReader) -> Iterator[str]:
    said: list[str] = []
    left_out: list[str] = []
    rejected: list[str] = []
    for row in _rows(example, reader.mapping):
        result = reader.read(row)
        said += [each.line() for each in result.said]
        left_out += [" ".join(pair).strip() for pair in result.left_out]
        rejected += result.problems
    yield from (f"does not claim {line}" for line in example.claims if line not in said)
    yield from (f"claims {line}" for line in said if line not in example.claims)
    for wanted, found, what in ((example.rejected, rejected, "rejected"), (example.left_out, left_out, "left out")):
        if wanted is not None and not any(wanted in reason for reason in found):
            yield f"is not {what} because {wanted!r}, but: {found}"
    if example.rejected is None:
        yield from (f"is rejected: {reason}" for reason in rejected)


def _rows(example: Example, mapping: Mapping) -> Iterator[Row]:
    if example.records:
        yield from (row for row in rows_of(example.records, mapping) if not isinstance(row, BadRow))
    if example.row:
        kept = kept_columns(example.row, mapping)
        yield Row(2, {column: bounded(text) for column, text in example.row.items() if column in kept})
