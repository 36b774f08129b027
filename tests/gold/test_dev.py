"""The development gold: names and claims in the repository, the texts beside the checkout."""

import re
from pathlib import Path
from typing import NamedTuple

import pytest

from graph.schema import Schema

HERE = Path(__file__).parent
CLAIM = re.compile(r"^> (?:not )?(\w+) ([A-Z_]+) (\w+) @([\d,]+) (\w+)")
MODALITIES = {"asserted", "reported", "alleged", "possible", "planned", "hypothetical"}


class Passage(NamedTuple):
    names: list[tuple[str, list[str], bool, int | None]]  # surface, ids, is a name, sentence
    claims: list[tuple[str, str, str, list[int], str]]


def read_compact(path: Path) -> dict[str, Passage]:
    passages: dict[str, Passage] = {}
    for line in filter(None, path.read_text("utf-8").splitlines()):
        if line.startswith("@"):
            assert line[1:] not in passages, f"{line} twice"
            passages[line[1:]] = current = Passage([], [])
        elif line.startswith(">"):
            match = CLAIM.match(line)
            assert match, line
            subject, predicate, obj, at, modality = match.groups()
            current.claims.append((subject, predicate, obj, [int(n) for n in at.split(",")], modality))
        else:
            left, surfaces = line.split("=", 1)
            for surface in surfaces.split("|"):
                name, _, at = surface.partition("@") if re.search(r"@\d+$", surface) else (surface, "", "")
                current.names.append(
                    (name, left.rstrip("~").split("+"), not left.endswith("~"), int(at) if at else None)
                )
    return passages


@pytest.fixture(scope="module")
def gold() -> dict[str, Passage]:
    return read_compact(HERE / "dev.compact")


@pytest.fixture(scope="module")
def texts(shared: Path) -> dict[str, list[str]]:
    blocks = re.split(r"\n(?=== )", (shared / "data/claims/dev/real_raw.txt").read_text("utf-8"))
    return {b.split()[1]: re.findall(r"^\d+p?\. (.*)$", b, re.MULTILINE) for b in blocks if b.strip()}


def test_every_passage_is_there_and_has_a_decision(gold: dict[str, Passage]) -> None:
    rows = (HERE / "decisions.tsv").read_text("utf-8").splitlines()[1:]
    assert len(gold) == 170
    assert {row.split("\t")[0] for row in rows} == set(gold)
    assert all(len(row.split("\t")) == 4 for row in rows)


def test_claims_fit_the_schema_and_rest_on_names(gold: dict[str, Passage], schema: Schema) -> None:
    types = schema.letters
    for ident, passage in gold.items():
        named = {one for _, ids, is_name, _ in passage.names if is_name for one in ids}
        for subject, predicate, obj, _, modality in passage.claims:
            where = f"{ident}: {subject} {predicate} {obj}"
            assert {subject, obj} <= named, where
            assert subject != obj, where
            assert schema.allows(predicate, types[subject[0]], types[obj[0]]), where
            assert modality in MODALITIES, where


def test_names_and_sentences_are_in_the_texts(gold: dict[str, Passage], texts: dict[str, list[str]]) -> None:
    assert set(gold) == set(texts)
    for ident, passage in gold.items():
        for name, _, _, at in passage.names:
            where = texts[ident] if at is None else [texts[ident][at - 1]]
            assert any(re.search(rf"(?<!\w){re.escape(name)}(?!\w)", s) for s in where), f"{ident}: {name}"
        assert all(1 <= n <= len(texts[ident]) for *_, at, _ in passage.claims for n in at), ident
