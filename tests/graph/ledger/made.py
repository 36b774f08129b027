"""Small extractions made by hand: a document is a list of facts, each its own sentence."""

from dataclasses import dataclass
from hashlib import sha256

from graph import ids
from graph.enums import CueKind, Modality, Polarity
from graph.records import Claim, Cue, Document, Evidence, Extraction, Mention, Sentence, SourceRef, Surface

TYPES = {"MS-Celeb-1M": "Dataset", "MegaFace": "Dataset", "Flickr": "Platform"}
OBJECT_TYPES = {"USED": "Dataset", "SUBSIDIARY_OF": "Organization", "PARTNERED_WITH": "Organization"}


@dataclass(frozen=True)
class Fact:
    """`subject` `predicate` `object` as a sentence says it."""

    subject: str
    predicate: str
    object: str
    denied: bool = False
    modality: Modality = Modality.ASSERTED
    probability: float = 0.9
    speakers: tuple[str, ...] = ()
    happened: str | None = None
    qualifiers: tuple[tuple[str, str], ...] = ()
    known: tuple[str | None, str | None] = (None, None)


def made(
    address: str,
    *facts: Fact,
    publisher: str | None = "The Examiner",
    sources: tuple[str, ...] = (),
    opening: str = "",
    extractor: str = "1",
    published: str | None = "2019-06-06",
    modified: str | None = None,
) -> Extraction:
    """Build a document in which each fact is a sentence `Subject verb Object.`, with every record that it yields."""
    lines = [opening] if opening else []
    lines += [f"{f.subject} {'never ' if f.denied else ''}{f.predicate.lower()} {f.object}." for f in facts]
    text = "\n".join(lines)
    raw = text.encode()
    document = Document(
        id=ids.document_id(address, text),
        address=address,
        headline=f"About {address}",
        text=text,
        kind="text",
        language="en",
        publisher=publisher,
        published=published,
        modified=modified,
        retrieved="2026-01-01T00:00:00Z",
        reader="text",
        raw=raw,
        raw_hash=sha256(raw).hexdigest(),
        sources=tuple(SourceRef(headline="h", publisher=p, address="https://example.org/s") for p in sources),
    )
    parts = Extraction(document=document)
    sentences, surfaces, mentions, claims, evidence = [], {}, {}, {}, []
    at = len(opening) + 1 if opening else 0
    for index, (fact, line) in enumerate(zip(facts, lines[1:] if opening else lines, strict=True)):
        sentence = Sentence(
            id=ids.sentence_id(document.id, at, at + len(line)),
            document_id=document.id,
            start=at,
            end=at + len(line),
            index=index,
            paragraph=0,
        )
        sentences.append(sentence)
        ends = []
        for name, kind, start, known in (
            (fact.subject, TYPES.get(fact.subject, "Organization"), at, fact.known[0]),
            (fact.object, OBJECT_TYPES[fact.predicate], at + len(line) - 1 - len(fact.object), fact.known[1]),
        ):
            surface = Surface(id=ids.surface_id(kind, name, known), type=kind, name=name, known=known)
            mention = Mention(
                id=ids.mention_id(document.id, start, start + len(name), kind),
                document_id=document.id,
                sentence_id=sentence.id,
                start=start,
                end=start + len(name),
                type=kind,
                surfaces=(surface.id,),
            )
            surfaces[surface.id], mentions[mention.id] = surface, mention
            ends.append((surface, mention))
        (left, subject), (right, obj) = ends
        names = (left.id, right.id)
        if fact.predicate == "PARTNERED_WITH":
            names = tuple(sorted(names))
        claim = Claim(
            id=ids.claim_id(fact.predicate, *names, fact.qualifiers),
            predicate=fact.predicate,
            subject=names[0],
            object=names[1],
            qualifiers=fact.qualifiers,
        )
        claims[claim.id] = claim
        verb = at + len(fact.subject) + 1
        evidence.append(
            Evidence(
                id=ids.evidence_id(sentence.id, fact.predicate, subject.id, obj.id, str(verb), "frames"),
                claim_id=claim.id,
                document_id=document.id,
                sentence_id=sentence.id,
                subject=subject.id,
                object=obj.id,
                polarity=Polarity.DENIED if fact.denied else Polarity.AFFIRMED,
                modality=fact.modality,
                speakers=fact.speakers,
                happened=fact.happened,
                cues=(Cue(kind=CueKind.TRIGGER, start=verb, end=verb + len(fact.predicate)),),
                extractor="frames",
                version=extractor,
                probability=fact.probability,
                why="made",
            )
        )
        at += len(line) + 1
    return Extraction(
        document=parts.document,
        sentences=tuple(sentences),
        surfaces=tuple(surfaces.values()),
        mentions=tuple(mentions.values()),
        claims=tuple(claims.values()),
        evidence=tuple(evidence),
    )
