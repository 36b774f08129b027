"""The demonstration briefs: complete, traceable to the facts they retell, and equal to their annotated gold."""

import csv
import re
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
import yaml

import ingest
from graph.schema import Schema
from ingest.gold import read_gold

BRIEFS = sorted((Path(ingest.__file__).parent / "briefs").glob("*.md"))
GOLD = Path(__file__).resolve().parents[1] / "gold" / "briefs.txt"
EDTF_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")

each_brief = pytest.mark.parametrize("path", BRIEFS, ids=lambda path: path.stem)


def _read(path: Path) -> tuple[dict[str, Any], str]:
    _, front, body = path.read_text("utf-8").split("---\n", 2)
    return yaml.safe_load(front), body.strip()


def test_the_corpus_is_large_enough_to_explore() -> None:
    assert len(BRIEFS) >= 40


@each_brief
def test_every_brief_says_what_it_is_and_what_it_rests_on(path: Path) -> None:
    front, _ = _read(path)
    assert set(front) == {"headline", "publisher", "published", "kind", "address", "language", "sources"}
    assert (front["publisher"], front["kind"], front["language"]) == ("Sightlines brief", "brief", "en")
    assert front["address"] == f"brief:{path.stem}"
    assert front["headline"].strip()
    assert EDTF_DATE.fullmatch(front["published"])
    assert front["sources"]
    for source in front["sources"]:
        assert source["headline"].strip()
        assert source["publisher"].strip()
        assert source["address"].startswith(("http://", "https://"))
        assert EDTF_DATE.fullmatch(source.get("published", "2000"))


@each_brief
def test_every_brief_is_short_enough_to_read_in_a_minute(path: Path) -> None:
    _, body = _read(path)
    assert 75 <= len(body.split()) <= 220


def test_every_source_states_a_documented_fact(shared: Path) -> None:
    with (shared / "data" / "facts" / "facts.tsv").open(encoding="utf-8", newline="") as table:
        known = {row["source_url"] for row in csv.DictReader(table, delimiter="\t")}
    cited = {(path.stem, source["address"]) for path in BRIEFS for source in _read(path)[0]["sources"]}
    assert sorted(pair for pair in cited if pair[1] not in known) == []


def test_the_gold_annotates_every_brief_word_for_word() -> None:
    assert {row["id"]: row["text"] for row in read_gold(GOLD)} == {path.stem: _read(path)[1] for path in BRIEFS}


def test_every_gold_claim_fits_the_ontology(schema: Schema) -> None:
    wrong = []
    for row in read_gold(GOLD):
        types = {entity["id"]: entity["type"] for entity in row["entities"]}
        for claim in row["claims"]:
            if not schema.allows(claim["predicate"], types[claim["subject"]], types[claim["object"]]):
                wrong.append(f"{row['id']}: {claim}")
    assert wrong == []


def _links() -> dict[str, set[str]]:
    """Name → names that an affirmed claim of the gold ties it to, whichever way."""
    links: dict[str, set[str]] = defaultdict(set)
    for row in read_gold(GOLD):
        named = {entity["id"]: entity["names"][0] for entity in row["entities"] if entity["names"]}
        for claim in row["claims"]:
            if claim["polarity"] == "affirmed":
                left, right = named[claim["subject"]], named[claim["object"]]
                links[left].add(right)
                links[right].add(left)
    return links


@pytest.mark.parametrize(
    "goal", ["Integrated Joint Operations Platform", "Urumqi safe city projects", "US Department of Commerce"]
)
def test_the_briefs_tell_one_connected_story_from_a_photo_site_to_a_police_platform(goal: str) -> None:
    links, seen, edge = _links(), {"Flickr"}, {"Flickr"}
    for _ in range(6):
        edge = {other for name in edge for other in links[name]} - seen
        seen |= edge
    assert goal in seen


@each_brief
def test_every_brief_loads_with_its_sources(path: Path) -> None:
    load = pytest.importorskip("ingest.load", reason="the readers are not part of this build").load
    (document,) = load(str(path))
    front, body = _read(path)
    assert (document.headline, document.address, document.kind) == (front["headline"], front["address"], "brief")
    assert (document.publisher, document.published) == (front["publisher"], front["published"])
    assert [s.address for s in document.sources] == [s["address"] for s in front["sources"]]
    assert body in document.text
