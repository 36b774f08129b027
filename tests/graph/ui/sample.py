"""A small filled ledger and graph, recorded through the real doors. Every name in it is fictional.

A sentence is written with its entities in brackets, `[Lumen Faces|Dataset]`, or with a kind,
`[Orrin Institute|Organization:university]`; what is claimed of them stands beside it. Offsets are computed.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from graph.enums import CueKind, Modality, Polarity
from graph.ids import SurfaceId, claim_id, document_id, evidence_id, mention_id, sentence_id, surface_id
from graph.records import Claim, Cue, Document, Evidence, Extraction, Failure, Mention, Sentence, SourceRef, Surface
from graph.schema import load_schema
from graph.settings import Settings, load_settings

_NAME = re.compile(r"\[([^|\]]+)\|([A-Za-z]+)(?::([a-zA-Z ]+))?\]")


@dataclass(frozen=True)
class Says:
    """One claim of a sentence; words are found in it."""

    predicate: str
    subject: str
    object: str
    trigger: str
    denied: str = ""  # the words that deny
    modality: Modality = Modality.ASSERTED
    hedge: str = ""
    speaker: str = ""
    happened: str | None = None
    probability: float = 0.9


@dataclass(frozen=True)
class Line:
    text: str
    says: Sequence[Says] = ()
    context: int | None = None  # index of another sentence that the reading rests on


@dataclass(frozen=True)
class Text:
    address: str
    headline: str
    publisher: str
    published: str
    lines: Sequence[Line]
    sources: tuple[SourceRef, ...] = ()
    retrieved: str = "2026-05-02T09:00:00Z"
    modified: str | None = None
    extra: dict[str, str] = field(default_factory=dict)


def plain(marked: str) -> str:
    return _NAME.sub(lambda found: found[1], marked)


def extraction(text: Text) -> Extraction:
    """The extraction that a perfect reader would make of this text."""
    body = " ".join(plain(line.text) for line in text.lines)
    doc = document_id(text.address, body)
    sentences: list[Sentence] = []
    surfaces: dict[SurfaceId, Surface] = {}
    mentions: list[Mention] = []
    by_name: list[dict[str, Mention]] = []
    start = 0
    for index, line in enumerate(text.lines):
        words = plain(line.text)
        sid = sentence_id(doc, start, start + len(words))
        sentences.append(
            Sentence(id=sid, document_id=doc, start=start, end=start + len(words), index=index, paragraph=0)
        )
        here: dict[str, Mention] = {}
        cut = 0
        for found in _NAME.finditer(line.text):
            name, kind = found[1], found[2]
            low = start + found.start() - cut
            cut += len(found[0]) - len(name)
            surface = Surface(id=surface_id(kind, name, None), type=kind, name=name, kind=found[3])
            surfaces.setdefault(surface.id, surface)
            mention = Mention(
                id=mention_id(doc, low, low + len(name), kind),
                document_id=doc,
                sentence_id=sid,
                start=low,
                end=low + len(name),
                type=kind,
                surfaces=(surface.id,),
            )
            mentions.append(mention)
            here[name] = mention
        by_name.append(here)
        start += len(words) + 1
    claims: dict[str, Claim] = {}
    evidence: list[Evidence] = []
    for index, line in enumerate(text.lines):
        for said in line.says:
            claim, piece = _evidence(doc, body, sentences, by_name, index, said, line.context)
            claims[claim.id] = claim
            evidence.append(piece)
    return Extraction(
        document=Document(
            id=doc,
            address=text.address,
            headline=text.headline,
            text=body,
            kind="brief" if text.sources else "web",
            language="en",
            publisher=text.publisher,
            published=text.published,
            modified=text.modified,
            retrieved=text.retrieved,
            reader="sample",
            raw=body.encode(),
            raw_hash=sha256(body.encode()).hexdigest(),
            sources=text.sources,
        ),
        sentences=tuple(sentences),
        surfaces=tuple(surfaces.values()),
        mentions=tuple(mentions),
        claims=tuple(claims.values()),
        evidence=tuple(evidence),
    )


def _evidence(
    doc: str,
    body: str,
    sentences: list[Sentence],
    by_name: list[dict[str, Mention]],
    index: int,
    said: Says,
    context: int | None,
) -> tuple[Claim, Evidence]:
    sentence = sentences[index]
    places = [by_name[index], by_name[context] if context is not None else {}]
    subject = next(place[said.subject] for place in places if said.subject in place)
    obj = next(place[said.object] for place in places if said.object in place)

    def cue(kind: CueKind, words: str) -> list[Cue]:
        at = body.find(words, sentence.start, sentence.end) if words else -1
        assert at >= 0 or not words, f"{words!r} is not in the sentence"
        return [Cue(kind=kind, start=at, end=at + len(words))] if words else []

    ends = (subject.surfaces[0], obj.surfaces[0])
    if load_schema().predicates[said.predicate].symmetric:
        ends = (min(ends), max(ends))
    claim = Claim(id=claim_id(said.predicate, *ends, ()), predicate=said.predicate, subject=ends[0], object=ends[1])
    return claim, Evidence(
        id=evidence_id(sentence.id, said.predicate, subject.id, obj.id, said.trigger, "frames"),
        claim_id=claim.id,
        document_id=sentence.document_id,
        sentence_id=sentence.id,
        context=(sentences[context].id,) if context is not None else (),
        subject=subject.id,
        object=obj.id,
        polarity=Polarity.DENIED if said.denied else Polarity.AFFIRMED,
        modality=said.modality,
        speakers=(said.speaker,) if said.speaker else (),
        happened=said.happened,
        cues=(
            *cue(CueKind.TRIGGER, said.trigger),
            *cue(CueKind.POLARITY, said.denied),
            *cue(CueKind.MODALITY, said.hedge),
            *cue(CueKind.SPEAKER, said.speaker),
        ),
        extractor="frames",
        version="1",
        probability=said.probability,
        why=f"{said.predicate.lower()}: {said.trigger}",
    )


TEXTS = (
    Text(
        "https://harbour.example/lumen",
        "How the Lumen Faces collection was made",
        "The Harbour Review",
        "2019-06-11",
        modified="2020-02-03",
        lines=(
            Line(
                "[Lumen Faces|Dataset] was collected from [Pictora|Platform] in 2016 without asking anybody.",
                (Says("COLLECTED_FROM", "Lumen Faces", "Pictora", "collected from", happened="2016"),),
            ),
            Line(
                "[Orrin Institute|Organization:university] created [Lumen Faces|Dataset] for research on faces.",
                (Says("CREATED", "Orrin Institute", "Lumen Faces", "created"),),
            ),
            Line(
                "According to two former engineers, [Northgate Vision|Organization:company] used [Lumen Faces|Dataset] "
                "to train its door cameras.",
                (
                    Says(
                        "USED",
                        "Northgate Vision",
                        "Lumen Faces",
                        "used",
                        modality=Modality.REPORTED,
                        speaker="two former engineers",
                        hedge="According to",
                    ),
                ),
            ),
            Line(
                "[Northgate Vision|Organization:company] denies that it ever used [Lumen Faces|Dataset].",
                (Says("USED", "Northgate Vision", "Lumen Faces", "used", denied="denies", speaker="Northgate Vision"),),
            ),
            Line(
                "[Northgate Vision|Organization:company] supplied the [Calm Streets|Programme] programme in 2018.",
                (Says("SUPPLIED", "Northgate Vision", "Calm Streets", "supplied", happened="2018"),),
            ),
        ),
    ),
    Text(
        "https://ledgerpost.example/calm-streets",
        "Calm Streets: who is behind the cameras",
        "Ledger Post",
        "2020-02",
        (
            Line(
                "[Northgate Vision|Organization:company] supplied the [Calm Streets|Programme] programme with cameras.",
                (Says("SUPPLIED", "Northgate Vision", "Calm Streets", "supplied"),),
            ),
            Line(
                "The [Interior Office|Organization:public body] operates [Calm Streets|Programme].",
                (Says("OPERATES", "Interior Office", "Calm Streets", "operates"),),
            ),
            Line(
                "[Argent Labs|Organization:company] allegedly took part in [Calm Streets|Programme].",
                (
                    Says(
                        "PARTICIPATED_IN",
                        "Argent Labs",
                        "Calm Streets",
                        "took part in",
                        modality=Modality.ALLEGED,
                        hedge="allegedly",
                    ),
                ),
            ),
            Line(
                "[Argent Labs|Organization:company] is a subsidiary of [Northgate Vision|Organization:company].",
                (Says("SUBSIDIARY_OF", "Argent Labs", "Northgate Vision", "is a subsidiary of"),),
            ),
            Line(
                "[Argent Labs|Organization:company] plans to supply the [Harbour Watch|Programme] programme.",
                (
                    Says(
                        "SUPPLIED",
                        "Argent Labs",
                        "Harbour Watch",
                        "supply",
                        modality=Modality.PLANNED,
                        hedge="plans to",
                    ),
                ),
            ),
            Line(
                "[Argent Labs|Organization:company] never used [Strata Gait|Dataset].",
                (Says("USED", "Argent Labs", "Strata Gait", "used", denied="never"),),
            ),
        ),
        sources=(
            SourceRef(
                headline="Tender 40/2019",
                publisher="Interior Office",
                published="2019-11",
                address="https://interior.example/tenders/40",
            ),
        ),
    ),
    Text(
        "https://notes.example/strata",
        "Strata Gait and its sources",
        "Camera Notes",
        "2021-09-03",
        (
            Line(
                "[Strata Gait|Dataset] is derived from [Lumen Faces|Dataset].",
                (Says("DERIVED_FROM", "Strata Gait", "Lumen Faces", "derived from"),),
            ),
            Line(
                "[Strata Gait|Dataset] was collected from [Vidwell|Platform] and [Pictora|Platform].",
                (
                    Says("COLLECTED_FROM", "Strata Gait", "Vidwell", "collected from"),
                    Says("COLLECTED_FROM", "Strata Gait", "Pictora", "collected from"),
                ),
            ),
            Line(
                "The paper [Walking Under Lamps|Paper] used [Strata Gait|Dataset].",
                (Says("USED", "Walking Under Lamps", "Strata Gait", "used"),),
            ),
            Line(
                "[Walking Under Lamps|Paper] came out of [Orrin Institute|Organization:university].",
                (Says("AFFILIATED_WITH", "Walking Under Lamps", "Orrin Institute", "came out of"),),
            ),
            Line(
                "[Northgate Vision|Organization:company] created the [DoorSight|Product] camera.",
                (Says("CREATED", "Northgate Vision", "DoorSight", "created"),),
            ),
            Line("It was shown at a fair."),
            Line(
                "[DoorSight|Product] was trained on [Strata Gait|Dataset], the firm said.",
                (Says("TRAINED_ON", "DoorSight", "Strata Gait", "trained on", speaker="the firm"),),
                context=4,
            ),
            Line(
                "[Orrin Institute|Organization:university] withdrew [Lumen Faces|Dataset] in June 2020.",
                (Says("WITHDREW", "Orrin Institute", "Lumen Faces", "withdrew", happened="2020-06"),),
            ),
            Line(
                "The [Interior Office|Organization:public body] funded [Orrin Institute|Organization:university].",
                (Says("FUNDED", "Interior Office", "Orrin Institute", "funded"),),
            ),
        ),
    ),
)

PAYLOADS = (
    "![x](https://leak.example/p.png)",
    "<img src=x onerror=window.pwned=1>",
    "<script>window.pwned=1</script>",
    "[go](javascript:window.pwned=1)",
    ":red[shout] $x^2$ :material/hub:",
    '"><svg onload=window.pwned=1>',
)


def hostile() -> Text:
    """A document whose every string is a payload: names, headline, publisher, speaker, address, sentence."""
    names = [payload.replace("[", "(").replace("]", ")").replace("|", "/") for payload in PAYLOADS]
    image = "!(x)(https://leak.example/p.png)"
    assert image in names
    return Text(
        'javascript:window.pwned=1//"><img src=https://leak.example/a.png>',
        PAYLOADS[0] + PAYLOADS[1],
        PAYLOADS[0],
        "2022-01-01",
        (
            Line(
                f"[{names[1]}|Dataset] was collected from [{names[2]}|Platform], ![x](https://leak.example/q.png) "
                "said **they**.",
                (
                    Says(
                        "COLLECTED_FROM",
                        names[1],
                        names[2],
                        "collected from",
                        speaker="![x](https://leak.example/q.png)",
                    ),
                ),
            ),
            Line(
                f"[{names[5]}|Organization:company] used [{names[1]}|Dataset].",
                (Says("USED", names[5], names[1], "used"),),
            ),
        ),
        retrieved="2026-06-01T00:00:00Z",
    )


QUERY = """// ---
// title: Aa who used it
// question: Who used the dataset, and who says so?
// params:
//   dataset: {type: entity, of: Dataset, label: The dataset}
//   least: {type: number, label: Belief at least, default: 0}
// columns: {user: entity, belief: number, claims: claims}
// tags: [aa]
// ---
MATCH (u:Entity)-[r:USED]->(d:Dataset) WHERE d.id = $dataset AND r.belief >= $least
RETURN u.id AS user, r.belief AS belief, r.claim_ids AS claims ORDER BY belief DESC, user
"""


def build(home: Path, texts: Sequence[Text] = TEXTS) -> Settings:
    """Record, resolve and project the texts into a fresh ledger and kglite graph under `home`."""
    from graph.identity.resolving import resolve
    from graph.ledger import open_ledger
    from graph.ledger.recording import record
    from graph.projection import project
    from graph.stores import open_store

    settings = load_settings({"SIGHTLINES_HOME": str(home)})
    (home / "queries").mkdir(parents=True, exist_ok=True)
    (home / "queries" / "aa_used.cypher").write_text(QUERY, "utf-8")
    with open_ledger(settings.ledger_url) as ledger:
        for text in texts:
            record(ledger, extraction(text))
        store = open_store(settings.store_url, load_schema(), write=True)
        project(ledger, resolve(ledger), store)
        store.close()
    return settings


@dataclass
class Report:
    """What the stand-in for adding says it did."""

    new: int = 1
    unchanged: int = 0
    claims: int = 2
    evidence: int = 3
    failures: tuple[Failure, ...] = ()


def added(workspace: object, sources: Sequence[str], *, progress: object = None) -> Report:
    """Stands in for the function that adds documents: the pages get it handed in. A source with "bad" fails."""
    bad = [source for source in sources if "bad" in source]
    failures = tuple(
        Failure(
            source=source, stage="load", reason="the page ![x](https://leak.example) is empty", hint="Check it.", at=""
        )
        for source in bad
    )
    return Report(new=len(sources) - len(bad), failures=failures)
