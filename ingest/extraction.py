"""From documents to what they say: sentences, surfaces, mentions, claims and evidence, one Extraction a document."""

from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import partial
from itertools import groupby

from spacy.language import Language
from spacy.tokens import Doc

from graph.errors import SightlinesError
from graph.records import Document, Extraction, Failure
from ingest.components.papers import is_paper
from ingest.papers.claims import add_paper_claims
from ingest.pipeline import Pipelines
from ingest.recording import RecordBuilder
from ingest.text import split_paragraphs

BATCH = 32
# A longer text is parsed in windows that end at paragraphs: the parser needs about 1 kB of memory a character.
WINDOW = 30_000
VERSION = "1"


def extract(documents: Iterable[Document], nlp: Language | Pipelines) -> Iterator[Extraction | Failure]:
    """Yield one Extraction, or one Failure of stage "extract", for each document, in order.

    Of several pipelines each document is read by that of its language.
    """
    if isinstance(nlp, Language):
        yield from _in_batches(documents, lambda: nlp)
        return
    for language, group in groupby(documents, key=lambda document: document.language):
        yield from _in_batches(group, partial(nlp.of, language))


# Whoever reads asks for the pipeline when it is about to, and does not keep it: it may be replaced by a fresh one.
_Ask = Callable[[], Language]


def _in_batches(documents: Iterable[Document], ask: _Ask) -> Iterator[Extraction | Failure]:
    batch: list[Document] = []
    size = 0
    for document in documents:
        if len(document.text) > WINDOW:
            yield from _batch(batch, ask)
            batch, size = [], 0
            yield _long(document, ask)
            continue
        batch.append(document)
        size += len(document.text)
        if len(batch) == BATCH or size > 2 * WINDOW:
            yield from _batch(batch, ask)
            batch, size = [], 0
    yield from _batch(batch, ask)


def _batch(batch: list[Document], ask: _Ask) -> Iterator[Extraction | Failure]:
    if not batch:
        return
    try:
        nlp = ask()
    except SightlinesError as exc:  # the model of a second language is missing: the first is read all the same
        yield from (failure(document, exc) for document in batch)
        return
    try:
        docs: list[Doc | None] = list(nlp.pipe((document.text for document in batch), batch_size=BATCH))
    except Exception:  # noqa: BLE001 - one text that breaks the parser must not take the others with it
        docs = [None] * len(batch)
    for document, doc in zip(batch, docs, strict=True):
        try:
            builder = RecordBuilder(document, VERSION)
            builder.add(nlp(document.text) if doc is None else doc)
            yield add_paper_claims(builder.extraction())
        except Exception as exc:  # noqa: BLE001 - reported, the rest goes on
            yield failure(document, exc)


def _long(document: Document, ask: _Ask) -> Extraction | Failure:
    try:
        builder = RecordBuilder(document, VERSION)
        title = paper_title(document.text[:WINDOW])
        for start, end in windows(document.text):
            nlp, head = ask(), title if start else ""
            doc = nlp.make_doc(head + document.text[start:end])
            doc._.titled = bool(head)  # "we" are its authors to the end of a paper
            builder.add(nlp(doc), start, head=len(head))
        return add_paper_claims(builder.extraction())
    except Exception as exc:  # noqa: BLE001 - reported, the rest goes on
        return failure(document, exc)


def paper_title(text: str) -> str:
    """Return the title of a paper with the gap behind it, as it begins the text; "" where it is no paper."""
    paragraphs = split_paragraphs(text)
    if not paragraphs or paragraphs[0].start or not is_paper(text, paragraphs):
        return ""
    return text[: paragraphs[0].end] + "\n\n"


def windows(text: str, size: int = WINDOW) -> Iterator[tuple[int, int]]:
    """Yield (start, end) of stretches of about `size` characters that together hold every paragraph once.

    A single paragraph that is longer is cut at a space.
    """
    start = end = 0
    for paragraph in split_paragraphs(text):
        if end > start and paragraph.end - start > size:
            yield start, end
            start = paragraph.start
        while paragraph.end - start > size:
            cut = text.rfind(" ", start + size // 2, start + size)
            cut = cut if cut > 0 else start + size
            yield start, cut
            start = cut
        end = paragraph.end
    if end > start:
        yield start, end


def failure(document: Document, exc: Exception) -> Failure:
    """Return the note that a document could not be extracted."""
    return Failure(
        source=document.address,
        stage="extract",
        reason=f"{type(exc).__name__}: {exc}"[:500],
        hint=getattr(exc, "hint", "") or "Report the document; the others were read.",
        at=datetime.now(UTC).isoformat(timespec="seconds"),
    )
