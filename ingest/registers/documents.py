"""Rows as documents: a block of rows is one document, a row is its sentence, read together with the register's caption.

Why blocks: one document for the whole file would make every look at one row read all of it, and one changed cell would
make every row another sentence; a document for each row would flood every list. A block's bounds are row numbers, so a
changed row replaces its own block and nothing else.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from urllib.parse import quote

from graph.enums import CueKind
from graph.ids import (
    ClaimId,
    EvidenceId,
    MentionId,
    SentenceId,
    SurfaceId,
    claim_id,
    document_id,
    evidence_id,
    mention_id,
    sentence_id,
    surface_id,
)
from graph.records import Claim, Cue, Document, Evidence, Extraction, Mention, Sentence, SourceRef, Surface
from graph.schema import load_schema
from ingest.registers.mapping import Mapping
from ingest.registers.names import known_entry
from ingest.registers.said import Named, Row, Said
from ingest.registers.tables import used_columns

BLOCK = 200  # rows of one document
_LONGEST_SHOWN = 300  # characters of a cell that nothing is taken from
_LONGEST_ROW = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Register:
    """The file as documents name it."""

    address: str  # of the whole file: URL or file URI
    file: str
    sheet: str | None
    first: int  # number of the first row of data
    publisher: str
    published: str | None
    retrieved: str

    def block_of(self, number: int) -> tuple[int, int]:
        """First and last row number of the block that a row belongs to."""
        start = self.first + (number - self.first) // BLOCK * BLOCK
        return start, start + BLOCK - 1


@dataclass(slots=True)
class Line:
    """A row as it is shown, and where its cells and their headings stand in it."""

    text: str
    cells: dict[str, int] = field(default_factory=dict)  # column → begin of the cell
    headings: dict[str, tuple[int, int]] = field(default_factory=dict)


def block_address(register: Register, mapping: Mapping, start: int, end: int) -> str:
    """The address of a block: that of the file with its rows as a fragment (after RFC 7111)."""
    sheet = f"sheet={quote(register.sheet, safe='')}&" if register.sheet else ""
    return f"{address_prefix(register.address)}{sheet}row={start}-{end}&mapping={mapping.name}"


def address_prefix(address: str) -> str:
    """What the addresses of all blocks of a file begin with."""
    return f"{address.partition('#')[0]}#"


def shown_line(row: Row, mapping: Mapping, used: frozenset[str], sheet: str | None) -> Line:
    """Show a row as one line: its number, then every cell under its heading."""
    line = Line(f"{f'sheet {sheet}, ' if sheet else ''}{mapping.word} {row.number}:")
    for column, cell in row.cells.items():
        if not cell.text or column in mapping.hide:
            continue
        text = cell.text
        if column not in used and len(text) > _LONGEST_SHOWN:
            text = text[: _LONGEST_SHOWN - 1] + "…"
        if column not in used and len(line.text) + len(text) > _LONGEST_ROW:
            continue
        line.text += " " if line.text.endswith(":") and not line.cells else " | "
        line.headings[column] = (len(line.text), len(line.text) + len(column))
        line.text += f"{column}: "
        line.cells[column] = len(line.text)
        line.text += text
    return line


class BlockBuilder:
    """Collects the rows of one block that claim something; `extraction` makes the records."""

    def __init__(self, register: Register, mapping: Mapping, start: int, end: int) -> None:
        self._register, self._mapping = register, mapping
        self._bounds = (start, end)
        self._rows: list[tuple[Line, tuple[Said, ...], int]] = []
        self._used = used_columns(mapping)
        # A name that was left out because it may be a private person's is not kept with the row either.
        ends = [end for rule in mapping.claims for end in (rule.subject, rule.object)]
        guarded = {column for end in ends if end.bodies_only for column in end.column}
        self._guarded = guarded - set(mapping.show)
        self._text = mapping.about

    def add(self, row: Row, said: Iterable[Said]) -> None:
        """Take a row and what it says."""
        every = tuple(said)
        named = {end.column for each in every for end in (each.subject, each.object)}
        cells = {column: cell for column, cell in row.cells.items() if column not in self._guarded - named}
        line = shown_line(Row(row.number, cells), self._mapping, self._used, self._register.sheet)
        self._rows.append((line, every, len(self._text) + 1))
        self._text += "\n" + line.text

    def __len__(self) -> int:
        return len(self._rows)

    def extraction(self) -> Extraction:
        """Return all records of the block."""
        return _Records(self._document(), self._mapping, self._rows).extraction()

    def _document(self) -> Document:
        register, mapping = self._register, self._mapping
        start, end = self._bounds
        address = block_address(register, mapping, start, end)
        raw = self._text.encode()
        sheet = f", sheet {register.sheet}" if register.sheet else ""
        return Document(
            id=document_id(address, self._text),
            address=address,
            headline=f"{mapping.title}: {register.file}{sheet}, {mapping.word}s {start}–{end}",
            text=self._text,
            kind="record",
            language=mapping.language,
            publisher=register.publisher,
            published=register.published,
            retrieved=register.retrieved,
            reader=f"register ({mapping.name} {mapping.digest})",
            raw=raw,
            raw_hash=sha256(raw).hexdigest(),
            sources=tuple(
                SourceRef(headline=s.headline, publisher=s.publisher, address=s.address) for s in mapping.sources
            ),
        )


class _Records:
    def __init__(self, document: Document, mapping: Mapping, rows: list[tuple[Line, tuple[Said, ...], int]]) -> None:
        self._document, self._mapping = document, mapping
        self._schema = load_schema()
        self._sentences: list[Sentence] = []
        self._surfaces: dict[SurfaceId, Surface] = {}
        self._mentions: dict[MentionId, Mention] = {}
        self._claims: dict[ClaimId, Claim] = {}
        self._evidence: dict[EvidenceId, Evidence] = {}
        self._about = self._sentence(0, len(mapping.about))
        for line, said, begins in rows:
            sentence = self._sentence(begins, begins + len(line.text))
            for each in said:
                self._say(each, line, begins, sentence)

    def extraction(self) -> Extraction:
        """Return what was collected."""
        return Extraction(
            document=self._document,
            sentences=tuple(self._sentences),
            surfaces=tuple(self._surfaces.values()),
            mentions=tuple(self._mentions.values()),
            claims=tuple(self._claims.values()),
            evidence=tuple(self._evidence.values()),
        )

    def _sentence(self, start: int, end: int) -> SentenceId:
        key = sentence_id(self._document.id, start, end)
        number = len(self._sentences)
        self._sentences.append(
            Sentence(id=key, document_id=self._document.id, start=start, end=end, index=number, paragraph=number)
        )
        return key

    def _surface(self, named: Named) -> SurfaceId:
        key = surface_id(named.type, named.name, named.known)
        if key not in self._surfaces:
            self._surfaces[key] = Surface(
                id=key,
                type=named.type,
                name=named.name,
                known=named.known,
                official=named.official,
                kind=named.kind,
            )
        return key

    def _mention(self, named: Named, surface: SurfaceId, line: Line, begins: int, sentence: SentenceId) -> MentionId:
        shift = begins + line.cells[named.column] if named.column is not None else 0
        start, end = named.start + shift, named.end + shift
        key = mention_id(self._document.id, start, end, named.type)
        held = self._mentions.get(key)
        self._mentions[key] = Mention(
            id=key,
            document_id=self._document.id,
            sentence_id=self._about if named.column is None else sentence,
            start=start,
            end=end,
            type=named.type,
            surfaces=tuple(dict.fromkeys((*(held.surfaces if held else ()), surface))),
        )
        return key

    def _say(self, said: Said, line: Line, begins: int, sentence: SentenceId) -> None:
        ends = self._surface(said.subject), self._surface(said.object)
        subject = self._mention(said.subject, ends[0], line, begins, sentence)
        obj = self._mention(said.object, ends[1], line, begins, sentence)
        if self._schema.predicates[said.predicate].symmetric and ends[0] > ends[1]:
            subject, obj, ends = obj, subject, (ends[1], ends[0])
        key = claim_id(said.predicate, *ends, said.qualifiers)
        self._claims.setdefault(
            key,
            Claim(
                id=key,
                predicate=said.predicate,
                subject=ends[0],
                object=ends[1],
                qualifiers=said.qualifiers,
            ),
        )
        cues = tuple(sorted(_cues(said, line, begins), key=lambda cue: (cue.start, cue.end, cue.kind)))
        rule = self._mapping.claims[said.rule].name or f"claim {said.rule + 1}"
        family = self._mapping.family
        # Two claims of one row may differ in nothing but a qualifier.
        trigger = " ".join([rule, *(f"{k}={v}" for k, v in said.qualifiers)])
        proof = evidence_id(sentence, said.predicate, subject, obj, trigger, family)
        self._evidence[proof] = Evidence(
            id=proof,
            claim_id=key,
            document_id=self._document.id,
            sentence_id=sentence,
            context=(self._about,),
            subject=subject,
            object=obj,
            polarity=said.polarity,
            modality=said.modality,
            speakers=(said.speaker,) if said.speaker else (),
            speaker_surface=self._speaker(said.speaker),
            happened=said.happened,
            cues=cues,
            extractor=family,
            version=self._mapping.digest or "0",
            probability=said.probability,
            why=f"{rule} of the mapping {self._mapping.name}, {line.text.partition(':')[0]}",
        )

    def _speaker(self, speaker: str | None) -> SurfaceId | None:
        entry = known_entry("Organization", speaker) if speaker else None
        if entry is None or speaker is None:
            return None
        named = Named(speaker, "Organization", None, 0, 0, speaker, entry.id, entry.kind)
        return self._surface(named)


def _cues(said: Said, line: Line, begins: int) -> Iterator[Cue]:
    for kind, column, start, end in said.cues:
        if column not in line.cells:
            continue
        if end < 0:
            left, right = line.headings[column]
        else:
            left, right = line.cells[column] + start, line.cells[column] + end
        yield Cue(kind=CueKind(kind), start=begins + left, end=begins + right)
