"""Annotated passages: the plain-text format in which people write gold, read into rows.

A file holds many passages. `== id | genre` opens one; `# traps: a, b` names what it tries; `1. text` is a sentence
(`1p.` begins a paragraph); `[surface|O1]` marks a mention, `[surface|O1+O2~]` one that is no name; `> [not ]O1 USED D1
@1,2 reported by="..."` is a claim. `#` lines are comments; literal brackets are written `\\[` and `\\]`. A row has
`id`, `genre`, `traps`, `text`, `sentences` ([start, end] in characters), `mentions`, `entities` and `claims`: what
`ingest.score` takes as gold.
"""

import re
import shlex
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from graph.enums import Modality
from graph.errors import SourceError
from graph.schema import Schema, load_schema

HELD_OUT = 10
_MENTION = re.compile(r"(?<!\\)\[([^\[\]|]+)\|([A-Z]\d+(?:\+[A-Z]\d+)*)(~?)\]")
_HEAD = re.compile(r"== (\S+) \| (\S.*)")
_TRAPS = re.compile(r"# ?traps: ?(.*)")
_SENTENCE = re.compile(r"(\d+)(p?)\. (.*)")
_CLAIM = re.compile(r"> (not )?([A-Z]\d+) ([A-Z_]+) ([A-Z]\d+) @(\d+(?:,\d+)*) (\w+)(.*)")


def read_gold(*paths: Path) -> list[dict[str, Any]]:
    """Return the passages of the files, in order.

    Raises:
        SourceError: a line can't be understood, or a claim does not fit its passage or the schema.
    """
    return [row for path in paths for row in parse_gold(path.read_text("utf-8").splitlines(), path.name)]


def held_out(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the passages that teach and those that measure: every tenth, which nothing learns from.

    A text that stands twice counts once: else it might do both.
    """
    once = list({row["text"]: row for row in rows}.values())
    return [row for n, row in enumerate(once, start=1) if n % HELD_OUT], once[HELD_OUT - 1 :: HELD_OUT]


def parse_gold(lines: Iterable[str], source: str) -> Iterator[dict[str, Any]]:
    """Yield the passages of lines; `source` names them in errors.

    Raises:
        SourceError: as `read_gold`.
    """
    schema = load_schema()
    row: dict[str, Any] | None = None
    number = 0
    try:
        for number, line in enumerate((line.rstrip() for line in lines), start=1):  # noqa: B007 - the error names it
            if head := _HEAD.fullmatch(line):
                if row is not None:
                    yield _finished(row, schema)
                row = {"id": head[1], "genre": head[2], "traps": [], "text": "", "sentences": [], "mentions": []}
                row |= {"entities": [], "claims": []}
            elif row is not None:
                _add(row, line, schema)
            elif line and not line.startswith("#"):
                raise ValueError("text before the first passage")
        if row is not None:
            yield _finished(row, schema)
    except ValueError as exc:
        raise SourceError(f"{source}:{number}: {exc}", source=source) from exc


def _add(row: dict[str, Any], line: str, schema: Schema) -> None:
    if traps := _TRAPS.fullmatch(line):
        row["traps"] = [trap.strip() for trap in traps[1].split(",") if trap.strip()]
    elif not line or line.startswith("#"):
        return
    elif sentence := _SENTENCE.fullmatch(line):
        if int(sentence[1]) != len(row["sentences"]) + 1:
            raise ValueError(f"sentence {sentence[1]} out of order")
        _add_sentence(row, sentence[3], "\n\n" if sentence[2] else " ", schema)
    elif claim := _CLAIM.fullmatch(line):
        row["claims"].append(_claim(claim, schema))
    else:
        raise ValueError(f"not understood: {line[:60]}")


def _add_sentence(row: dict[str, Any], marked: str, gap: str, schema: Schema) -> None:
    row["text"] += gap if row["text"] else ""
    start = len(row["text"])
    plain, last = "", 0
    for match in _MENTION.finditer(marked):
        plain += _literal(marked[last : match.start()])
        ids = match[2].split("+")
        if unknown := [one for one in ids if one[0] not in schema.letters]:
            raise ValueError(f"no type has the letter of {unknown[0]}")
        begin, surface = start + len(plain), match[1]
        row["mentions"].append(
            {"start": begin, "end": begin + len(surface), "entities": ids, "nominal": bool(match[3])}
        )
        plain, last = plain + surface, match.end()
    plain += _literal(marked[last:])
    row["text"] += plain
    row["sentences"].append([start, len(row["text"])])


def _literal(text: str) -> str:
    if re.search(r"(?<!\\)[\[\]]", text):
        raise ValueError("a bracket that marks nothing; write \\[ or \\]")
    return text.replace("\\[", "[").replace("\\]", "]")


def _claim(match: re.Match[str], schema: Schema) -> dict[str, Any]:
    denied, subject, name, obj, at, modality, rest = match.groups()
    if name not in schema.predicates:
        raise ValueError(f"unknown predicate {name}")
    ends = schema.letters.get(subject[0], "?"), schema.letters.get(obj[0], "?")
    if subject == obj or not schema.allows(name, *ends):
        raise ValueError(f"{subject} {name} {obj}: {name} does not join {ends[0]} to {ends[1]}")
    if modality not in set(Modality):
        raise ValueError(f"unknown modality {modality}")
    extra = dict(part.split("=", 1) for part in shlex.split(rest))
    return {
        "subject": subject,
        "predicate": name,
        "object": obj,
        "polarity": "denied" if denied else "affirmed",
        "modality": modality,
        "sentences": [int(n) - 1 for n in at.split(",")],
        **extra,
    }


def _finished(row: dict[str, Any], schema: Schema) -> dict[str, Any]:
    types = schema.letters
    entities: dict[str, dict[str, Any]] = {}
    for mention in row["mentions"]:
        surface = row["text"][mention["start"] : mention["end"]]
        for one in mention["entities"]:
            entity = entities.setdefault(one, {"id": one, "type": types[one[0]], "names": []})
            if not mention["nominal"] and surface not in entity["names"]:
                entity["names"].append(surface)
    for claim in row["claims"]:
        for end in (claim["subject"], claim["object"]):
            if not entities.get(end, {}).get("names"):
                raise ValueError(f"{row['id']}: {end} of a claim has no name in the passage")
        if any(not 0 <= n < len(row["sentences"]) for n in claim["sentences"]):
            raise ValueError(f"{row['id']}: a claim rests on a sentence that is not there")
        for key in ("by", "by2"):
            if claim.get(key, "").casefold() not in row["text"].casefold():
                raise ValueError(f"{row['id']}: the speaker {claim[key]!r} is not in the text")
    if not row["sentences"]:
        raise ValueError(f"{row['id']}: no sentences")
    row["entities"] = list(entities.values())
    return row
