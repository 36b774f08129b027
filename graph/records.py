"""The records that cross module borders: frozen, keyword-only, plain values (style.md §4.3).

Offsets are characters into `Document.text`, end exclusive. Dates are EDTF strings (ISO 8601-2), moments are
ISO 8601 in UTC. L0 = Document, Sentence, Mention, Surface; L1 = Claim, Evidence; L2 = Judgement; L3 = Review;
L4 = Node, Edge, Batch.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from graph.enums import CueKind, Modality, Polarity, Sameness, Verdict
from graph.ids import ClaimId, DocumentId, EvidenceId, MentionId, SentenceId, SurfaceId

if TYPE_CHECKING:
    import pandas as pd

Scalar: TypeAlias = str | int | float | bool | None
Value: TypeAlias = Scalar | Sequence["Value"] | Mapping[str, "Value"]


# --- L0: what was read ---------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceRef:
    """What a document itself says it rests on: a brief names the articles that it retells."""

    headline: str
    publisher: str
    published: str | None = None
    address: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """One text as it was read. `text` is normalised once; every span of the system points into it."""

    id: DocumentId
    address: str  # canonical: URL, or file: URI for a local file
    headline: str
    text: str
    kind: str  # web | paper | text | record | brief
    language: str  # ISO 639-1
    publisher: str | None = None
    author: str | None = None
    published: str | None = None  # EDTF
    modified: str | None = None  # EDTF: when it says that it was last changed
    retrieved: str  # ISO 8601, UTC
    reader: str  # how it was read, e.g. "web (trafilatura 2.0.0)"
    raw: bytes  # as it was read
    raw_hash: str  # hex SHA-256 of `raw`
    sources: tuple[SourceRef, ...] = ()
    pages: tuple[int, ...] = ()  # offset at which each page starts, for paged sources


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentence:
    """A sentence of a document. Paragraphs are numbered from 0."""

    id: SentenceId
    document_id: DocumentId
    start: int
    end: int
    index: int
    paragraph: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Surface:
    """An entity as texts spell it: type, name, and the gazetteer entry that the context supports."""

    id: SurfaceId
    type: str  # a key of graph/schema/entities.yml
    name: str
    known: str | None = None  # gazetteer id
    official: str | None = None  # the name that the gazetteer gives to `known`
    kind: str | None = None  # of an Organization: company, university, public body, military, NGO, media, other


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A span that names an entity, or stands for one or more ("the latter two", "it") when `nominal`."""

    id: MentionId
    document_id: DocumentId
    sentence_id: SentenceId
    start: int
    end: int
    type: str
    nominal: bool = False
    surfaces: tuple[SurfaceId, ...]
    probability: float = 1.0


# --- L1: what is said ----------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Cue:
    """The words that made us say so."""

    kind: CueKind
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is said: a predicate between two surface entities, with qualifiers sorted by key."""

    id: ClaimId
    predicate: str  # a key of graph/schema/predicates.yml
    subject: SurfaceId
    object: SurfaceId
    qualifiers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One sentence that says, or denies, that a claim holds."""

    id: EvidenceId
    claim_id: ClaimId
    document_id: DocumentId
    sentence_id: SentenceId
    context: tuple[SentenceId, ...] = ()  # other sentences that the reading rests on, e.g. where "the firm" is named
    subject: MentionId
    object: MentionId
    polarity: Polarity
    modality: Modality
    speakers: tuple[str, ...] = ()  # words of the text, nearest speaker first; empty = the publisher itself
    speaker_surface: SurfaceId | None = None  # the outermost speaker, where it is a known mention
    happened: str | None = None  # EDTF
    cues: tuple[Cue, ...] = ()
    extractor: str  # family, e.g. "frames"
    version: str
    probability: float
    why: str  # frame name or model score, for people


@dataclass(frozen=True, slots=True, kw_only=True)
class Extraction:
    """All that one document yields. Every id that a record refers to is in the same extraction."""

    document: Document
    sentences: tuple[Sentence, ...] = ()
    surfaces: tuple[Surface, ...] = ()
    mentions: tuple[Mention, ...] = ()
    claims: tuple[Claim, ...] = ()
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """A document that could not be read or extracted: nothing vanishes silently."""

    source: str
    stage: str  # load | extract | record
    reason: str
    hint: str
    at: str  # ISO 8601, UTC


# --- L2 and L3: what people decide ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """Two surface entities are the same, different, or nobody knows yet. `left` < `right`."""

    left: SurfaceId
    right: SurfaceId
    sameness: Sameness
    by: str
    at: str  # ISO 8601, UTC
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """A person's verdict on one evidence or claim; attached by content hash, it survives removal and return."""

    target: str  # an EvidenceId or a ClaimId: the letter before the underscore tells which
    verdict: Verdict
    by: str
    at: str  # ISO 8601, UTC
    note: str = ""


# --- L4: what stores hold ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A node to write: Entity (its type is `extra`), Claim, Evidence, Document or Snapshot."""

    id: str
    label: str
    extra: str | None = None
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """A relationship to write: `k` is its key within its type; ends are (label, id)."""

    k: str
    type: str
    source: tuple[str, str]
    target: tuple[str, str]
    properties: Mapping[str, Value] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """Upserts by id and key, and deletions. Applying it twice equals applying it once.

    Order: forget edges, forget nodes (with their edges), upsert nodes, upsert edges. An upsert replaces all properties.
    """

    nodes: tuple[Node, ...] = ()
    edges: tuple[Edge, ...] = ()
    forget_nodes: tuple[tuple[str, str], ...] = ()  # (label, id)
    forget_edges: tuple[tuple[str, str], ...] = ()  # (type, k)
    replace: bool = False  # empty the store first: a rebuild


@dataclass(frozen=True, slots=True, kw_only=True)
class Applied:
    """What a batch changed."""

    nodes: int = 0
    edges: int = 0
    forgotten: int = 0


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of plain Python values. `truncated` when the row limit cut the answer."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]
    truncated: bool = False

    def dicts(self) -> Iterator[dict[str, Any]]:
        """Yield each row as column → value."""
        for row in self.rows:
            yield dict(zip(self.columns, row, strict=True))

    def to_pandas(self) -> "pd.DataFrame":
        """Return the table as a pandas DataFrame (imported here: most callers never need it)."""
        import pandas as pd

        return pd.DataFrame(list(self.rows), columns=list(self.columns))


# --- answers of the doors ------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """What recording one extraction changed in the ledger. `new` is False when the ledger held it already.

    `claims` counts those that no other document made before.
    """

    document_id: DocumentId
    new: bool
    sentences: int = 0
    claims: int = 0
    evidence: int = 0
