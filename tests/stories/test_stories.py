"""Short stories with traps, read by the real pipeline: what must be found, and what must never be.

A story is a folder: `text.md`, `meta.yml` (as a document's front matter) and `expected.yml` with

- `claims`: what the text says. `subject` and `object` are names (or lists of names that will do), the rest as given.
- `absent`: what it does not say; every key that is left out matches anything. No exception is ever made to these.
- `known_misses`: claims ("SUBJECT PREDICATE OBJECT", with "not " before a denied one) that are not found yet, each
  with the reason. One that is found fails the test, so the list only shrinks.
"""

import re
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml

from graph.ids import document_id, name_key
from graph.records import Document, Extraction
from graph.settings import load_settings

HERE = Path(__file__).resolve().parent
STORIES = sorted(path.parent for path in HERE.glob("*/text.md"))
COMPUTING = HERE / "computing-2019" / "expected.compact"

pytestmark = pytest.mark.model
each_story = pytest.mark.parametrize("folder", STORIES, ids=lambda folder: folder.name)


@dataclass(frozen=True)
class Said:
    """One sentence's claim, by names."""

    subject: str
    predicate: str
    object: str
    polarity: str
    modality: str
    speaker: str | None = None
    when: str | None = None


def _document(text: str, address: str, **values: Any) -> Document:
    from ingest.text import normalise

    text = normalise(text)
    defaults = {"headline": "", "kind": "web", "language": "en", "retrieved": "2024-01-01T00:00:00Z"}
    return Document(
        id=document_id(address, text),
        address=address,
        text=text,
        reader="test",
        raw=text.encode(),
        raw_hash="",
        **{**defaults, **values},
    )


def _story(folder: Path) -> Document:
    meta = yaml.safe_load((folder / "meta.yml").read_text("utf-8"))
    meta.pop("copies", None)
    return _document((folder / "text.md").read_text("utf-8"), f"story:{folder.name}", **meta)


def _said(extraction: Extraction) -> Iterator[Said]:
    names = {surface.id: surface.name for surface in extraction.surfaces}
    claims = {claim.id: claim for claim in extraction.claims}
    for evidence in extraction.evidence:
        claim = claims[evidence.claim_id]
        yield Said(
            subject=names[claim.subject],
            predicate=claim.predicate,
            object=names[claim.object],
            polarity=evidence.polarity,
            modality=evidence.modality,
            speaker=evidence.speakers[-1] if evidence.speakers else None,
            when=evidence.happened,
        )


@pytest.fixture(scope="module")
def read() -> Any:
    """A function from a document to what it says, with one pipeline for all."""
    extraction = pytest.importorskip("ingest.extraction", reason="the extractor is not part of this build")
    from ingest.pipeline import make_pipeline

    nlp = make_pipeline(load_settings({}))

    def read_one(document: Document) -> Extraction:
        (found,) = extraction.extract([document], nlp)
        assert isinstance(found, Extraction), found
        return found

    return read_one


def _bare(name: str) -> str:
    return name_key(name).removeprefix("the ")


def _fits(said: Said, pattern: dict[str, Any]) -> bool:
    """Return whether every key of the pattern fits; names ignore case and a leading "the"."""
    for key, wanted in pattern.items():
        value = getattr(said, key)
        choices = wanted if isinstance(wanted, list) else [wanted]
        if _bare(value or "") not in {_bare(str(choice)) for choice in choices}:
            return False
    return True


def _line(pattern: dict[str, Any]) -> str:
    first = {key: value[0] if isinstance(value, list) else value for key, value in pattern.items()}
    denied = "not " if first.get("polarity") == "denied" else ""
    return f"{denied}{first['subject']} {first['predicate']} {first['object']}"


@each_story
def test_a_story_never_yields_what_it_does_not_say(folder: Path, read: Any) -> None:
    expected = yaml.safe_load((folder / "expected.yml").read_text("utf-8"))
    said = list(_said(read(_story(folder))))
    wrong = [(one, pattern) for pattern in expected["absent"] for one in said if _fits(one, pattern)]
    assert wrong == []


@each_story
def test_a_story_yields_what_it_says(folder: Path, read: Any) -> None:
    expected = yaml.safe_load((folder / "expected.yml").read_text("utf-8"))
    said = list(_said(read(_story(folder))))
    missed = {
        _line(pattern)
        for pattern in expected["claims"]
        if not any(_fits(one, {"polarity": "affirmed", **pattern}) for one in said)
    }
    known = {entry["claim"]: entry["reason"] for entry in expected.get("known_misses", [])}
    assert all(known.values()), "every known miss needs its reason"
    assert missed == set(known)


@each_story
def test_a_story_expects_only_what_its_words_carry(folder: Path, schema: Any) -> None:
    expected = yaml.safe_load((folder / "expected.yml").read_text("utf-8"))
    text = name_key((folder / "text.md").read_text("utf-8"))
    assert expected["absent"], "a story without a trap is no story"
    for pattern in expected["claims"]:
        assert pattern["predicate"] in schema.predicates
        for end in ("subject", "object"):
            names = pattern[end] if isinstance(pattern[end], list) else [pattern[end]]
            assert any(name_key(name) in text for name in names), pattern


# --- the article that the project began with ------------------------------------------------------------------------


def _compact() -> tuple[dict[str, list[str]], list[tuple[str, str, str]]]:
    """Return id → names, and the claims of the compact annotation as (subject, predicate, object) ids."""
    names: dict[str, list[str]] = {}
    claims = []
    for line in COMPUTING.read_text("utf-8").splitlines():
        if match := re.match(r"([A-Z]\d+)=(.+)", line):
            names[match[1]] = match[2].split("|")
        elif match := re.match(r"> (\w+) (\w+) (\w+) @", line):
            claims.append((match[1], match[2], match[3]))
    return names, claims


def _ids(name: str, names: dict[str, list[str]]) -> set[str]:
    return {ident for ident, known in names.items() if _bare(name) in {_bare(one) for one in known}}


@pytest.fixture(scope="module")
def article(shared: Path) -> str:
    path = shared / "data" / "articles" / "computing_ms_celeb_2019.txt"
    if not path.is_file():
        pytest.skip(f"needs {path.name}")
    return path.read_text("utf-8")


def test_every_name_of_the_annotation_stands_in_the_article(article: str) -> None:
    names, claims = _compact()
    assert [one for known in names.values() for one in known if one not in article] == []
    assert {end for subject, _, obj in claims for end in (subject, obj)} <= set(names)
    assert 22 <= len(claims) <= 27


def test_the_article_yields_nothing_that_it_does_not_say(article: str, read: Any) -> None:
    names, claims = _compact()
    wrong = []
    for said in _said(read(_document(article, "story:computing-2019", headline=article.splitlines()[0]))):
        pairs = {(s, said.predicate, o) for s in _ids(said.subject, names) for o in _ids(said.object, names)}
        if said.polarity == "denied" or not pairs & set(claims):
            wrong.append(said)
    assert wrong == []


def test_the_article_yields_what_its_body_says(article: str, read: Any) -> None:
    names, claims = _compact()
    said = list(_said(read(_document(article, "story:computing-2019", headline=article.splitlines()[0]))))
    found = {(s, one.predicate, o) for one in said for s in _ids(one.subject, names) for o in _ids(one.object, names)}
    body = claims[:21]
    missed = {f"{names[s][0]} {predicate} {names[o][0]}" for s, predicate, o in body if (s, predicate, o) not in found}
    known = yaml.safe_load((COMPUTING.parent / "known_misses.yml").read_text("utf-8")) or {}
    assert missed == set(known)


# --- one report in two papers ---------------------------------------------------------------------------------------


def test_a_copy_in_another_paper_is_no_second_source(read: Any, schema: Any, tmp_path: Path) -> None:
    reason = "ledger, identity, projection or stores are not part of this build"
    names = ("ledger", "ledger.recording", "identity.resolving", "projection", "stores")
    ledgers, recording, resolving, projection, stores = (
        pytest.importorskip(f"graph.{name}", reason=reason) for name in names
    )
    folder = HERE / "syndicated-copy"
    meta = yaml.safe_load((folder / "meta.yml").read_text("utf-8"))
    papers = [meta["publisher"], *meta.pop("copies")]
    text = (folder / "text.md").read_text("utf-8")
    with (
        closing(ledgers.open_ledger(f"sqlite:///{tmp_path / 'ledger.sqlite'}")) as ledger,
        closing(stores.open_store(f"kglite:{tmp_path / 'graph.kgl'}", schema, write=True)) as store,
    ):
        for paper in papers:
            address = f"https://{name_key(paper).replace(' ', '-')}.example/"
            document = _document(text, address, **{**meta, "publisher": paper})
            recording.record(ledger, read(document))
        projection.project(ledger, resolving.resolve(ledger), store, full=True)
        counts = store.read("MATCH (c:Claim) RETURN c.name AS name, c.sources AS sources, c.evidence AS evidence", {})
    assert counts.rows
    assert {row[1] for row in counts.rows} == {1}
    assert {row[2] for row in counts.rows} == {2}
