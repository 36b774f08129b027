"""Content hashes as ids (ontology.md, "Ids"): the same content has the same id on every machine and in every run.

An id is a letter for its kind, an underscore and 20 hexadecimal digits (80 bits) of BLAKE2b over the length-prefixed
parts, so that ("ab", "c") and ("a", "bc") differ.
"""

import re
import unicodedata
from collections.abc import Iterable
from hashlib import blake2b
from typing import NewType

DocumentId = NewType("DocumentId", str)
SentenceId = NewType("SentenceId", str)
MentionId = NewType("MentionId", str)
SurfaceId = NewType("SurfaceId", str)
EvidenceId = NewType("EvidenceId", str)
ClaimId = NewType("ClaimId", str)
EntityId = NewType("EntityId", str)

_SPACE = re.compile(r"\s+")


def content_hash(kind: str, parts: Iterable[str]) -> str:
    """Return `kind` + "_" + 20 hex digits over the parts, in order."""
    digest = blake2b(digest_size=10)
    for part in parts:
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big"))
        digest.update(data)
    return f"{kind}_{digest.hexdigest()}"


def name_key(name: str) -> str:
    """Return the form under which two spellings are one surface: NFKC, casefolded, single spaces, plain quotes."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("’", "'").replace("‘", "'")
    return _SPACE.sub(" ", folded).strip()


def document_id(address: str, text: str) -> DocumentId:
    """A document is its canonical address and its text."""
    return DocumentId(content_hash("d", (address, text)))


def sentence_id(document: DocumentId, start: int, end: int) -> SentenceId:
    """A sentence is its document and its character offsets."""
    return SentenceId(content_hash("s", (document, str(start), str(end))))


def mention_id(document: DocumentId, start: int, end: int, entity_type: str) -> MentionId:
    """A mention is its document, its character offsets and its entity type."""
    return MentionId(content_hash("m", (document, str(start), str(end), entity_type)))


def surface_id(entity_type: str, name: str, known: str | None) -> SurfaceId:
    """A surface entity is a type, a spelling and the gazetteer entry which the context supports, if any."""
    return SurfaceId(content_hash("e", (entity_type, name_key(name), known or "")))


def evidence_id(
    sentence: SentenceId, predicate: str, subject: MentionId, obj: MentionId, trigger: str, family: str
) -> EvidenceId:
    """Evidence is sentence, trigger, arguments and extractor family, never the extractor's version."""
    return EvidenceId(content_hash("v", (sentence, predicate, subject, obj, trigger, family)))


def claim_id(predicate: str, subject: SurfaceId, obj: SurfaceId, qualifiers: Iterable[tuple[str, str]]) -> ClaimId:
    """A claim is predicate, two surface entities and qualifiers (sorted); pass symmetric ends in sorted order."""
    return ClaimId(content_hash("c", (predicate, subject, obj, *(f"{k}={v}" for k, v in sorted(qualifiers)))))


def link_key(predicate: str, subject: EntityId, obj: EntityId) -> str:
    """The key `k` of a projected link: predicate and two canonical entities."""
    return content_hash("k", (predicate, subject, obj))
