"""Cut a document into paragraphs before it is parsed: no sentence and no name runs across their borders.

Sets `doc._.paragraphs` (tuple of `ingest.text.Paragraph`) and, for spans and sentences, `span._.body`: False where
nothing may be claimed because the words are an advert, a teaser or page furniture.
"""

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from ingest.text import Paragraph, ParagraphKind, is_invitation, split_paragraphs

_TEXT = "sightlines text"


class ParagraphComponent:
    """Marks paragraphs and lets a sentence start at each of them.

    `after` names the marks behind which else a sentence may start: for models that cut within sentences. With no marks
    the model decides.
    """

    def __init__(self, after: str = "") -> None:
        self._after = after

    def __call__(self, doc: Doc) -> Doc:
        """Set `doc._.paragraphs` and sentence starts."""
        paragraphs = split_paragraphs(text_of(doc))
        doc._.paragraphs = paragraphs
        starts = {paragraph.start for paragraph in paragraphs}
        for token in doc:
            if token.idx in starts:
                token.is_sent_start = True
            elif token.is_space or (self._after and token.i and not self._may_start(doc[token.i - 1])):
                token.is_sent_start = False
        return doc

    def _may_start(self, before: Token) -> bool:
        return before.is_space or before.text[-1] in self._after


def text_of(doc: Doc) -> str:
    """Return the text of a document. spaCy puts it together anew at every `doc.text`; this keeps it."""
    text: str | None = doc.user_data.get(_TEXT)
    if text is None:
        text = doc.user_data[_TEXT] = doc.text
    return text


def paragraph_of(doc: Doc, offset: int) -> int:
    """Return the number of the paragraph that holds the character `offset` (the nearest before, in a gap)."""
    paragraphs: tuple[Paragraph, ...] = doc._.paragraphs
    low, high = 0, len(paragraphs)
    while low < high:
        middle = (low + high) // 2
        if paragraphs[middle].start <= offset:
            low = middle + 1
        else:
            high = middle
    return max(0, low - 1)


def sentence_spans(doc: Doc) -> list[Span]:
    """Return the sentences without surrounding space tokens; empty ones are left out."""
    spans = []
    for sentence in doc.sents:
        start, end = sentence.start, sentence.end
        while start < end and doc[start].is_space:
            start += 1
        while end > start and doc[end - 1].is_space:
            end -= 1
        if start < end:
            spans.append(doc[start:end])
    return spans


def _body(span: Span) -> bool:
    paragraphs: tuple[Paragraph, ...] = span.doc._.paragraphs
    if not paragraphs:
        return True
    if paragraphs[paragraph_of(span.doc, span.start_char)].kind is ParagraphKind.BOILERPLATE:
        return False
    return not is_invitation(span.sent.text)


def _register() -> None:
    if not Doc.has_extension("paragraphs"):
        Doc.set_extension("paragraphs", default=())
        Doc.set_extension("titled", default=False)  # a later part of a paper, with its title before it
    if not Span.has_extension("body"):
        Span.set_extension("body", getter=_body)


@Language.factory("sightlines_paragraphs", default_config={"after": ""})
def make_paragraphs(nlp: Language, name: str, after: str) -> ParagraphComponent:
    """Return the component; `after` as in `ParagraphComponent`."""
    del nlp, name
    _register()
    return ParagraphComponent(after)
