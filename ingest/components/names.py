"""Find and type the names of a document: `doc.spans["mentions"]`.

Candidates come from the gazetteer, from capitals and from the statistical model. Each is typed by weighed cues; all
occurrences of a name in the document decide together, so that one clear sentence settles the others.

A mention is a span with `label_` = entity type, `kb_id_` = gazetteer id or "", `id_` = key of its entity within the
document (two spellings of one entity share it) and `_.kind` = kind of an Organization or None.
`doc._.abbreviations` maps a short form to the long one that the text defines it by.
"""

from collections import defaultdict
from collections.abc import Mapping

from spacy.language import Language
from spacy.tokens import Doc, Span

from graph.ids import name_key
from ingest.components.chunks import Candidate, Chunker, model_entities, name_shaped, trim
from ingest.components.cues import CueReader
from ingest.components.gazetteer import GROUP as KNOWN
from ingest.components.paragraphs import sentence_spans
from ingest.naming import NamingCues, load_naming
from ingest.naming.weights import Weights, load_weights

GROUP = "mentions"


class NamesComponent:
    """Writes `doc.spans["mentions"]`, sorted, not overlapping."""

    def __init__(self, cues: NamingCues, weights: Weights) -> None:
        self._cues = cues
        self._chunker = Chunker(cues)
        self._reader = CueReader(cues)
        self._weights = weights

    def __call__(self, doc: Doc) -> Doc:
        """Mark the names of `doc`."""
        candidates = self.candidates(doc)
        scores = {c: self._weights.score(self._reader.read(doc, c)) for c in candidates}
        pooled = self._pool(doc, scores)
        known = _known(doc)
        found = []
        for candidate in candidates:
            label = self._decide(doc, candidate, scores[candidate], pooled, known)
            if label is not None:
                entry = known.get((candidate.start, candidate.end), {}).get(label, "")
                found.append(Span(doc, candidate.start, candidate.end, label=label, kb_id=entry))
        doc.spans[GROUP] = found
        return doc

    def candidates(self, doc: Doc) -> list[Candidate]:
        """Return candidates in order, not overlapping: a known name inside a longer chunk gives way to it."""
        sentences = sentence_spans(doc)
        firm = frozenset(
            token.text
            for sentence in sentences
            for token in sentence[1:]
            if name_shaped(token) and token.pos_ == "PROPN"
        )
        every = [Candidate(*trim(doc, s.start, s.end), "known") for s in doc.spans.get(KNOWN, ())]
        for sentence in sentences:
            every.extend(self._chunker.chunks(sentence, firm))
        every.extend(model_entities(doc))
        order = {"known": 0, "chunk": 1, "model": 2}
        every.sort(key=lambda c: (-(c.end - c.start) if c.source != "model" else 0, order[c.source]))
        taken: set[int] = set()
        kept = []
        for candidate in every:
            tokens = range(candidate.start, candidate.end)
            if candidate.start < candidate.end and taken.isdisjoint(tokens):
                taken.update(tokens)
                kept.append(candidate)
        return sorted(kept, key=lambda c: c.start)

    @staticmethod
    def _pool(doc: Doc, scores: Mapping[Candidate, Mapping[str, float]]) -> dict[str, dict[str, float]]:
        pooled: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
        for candidate, score in scores.items():
            key = name_key(doc[candidate.start : candidate.end].text)
            for label, value in score.items():
                pooled[key][label] += value
        return pooled

    def _decide(
        self,
        doc: Doc,
        candidate: Candidate,
        score: Mapping[str, float],
        pooled: Mapping[str, Mapping[str, float]],
        known: Mapping[tuple[int, int], Mapping[str, str]],
    ) -> str | None:
        entries = known.get((candidate.start, candidate.end))
        if entries:
            return max(entries, key=lambda label: score.get(label, 0.0))
        total = pooled[name_key(doc[candidate.start : candidate.end].text)]
        label = max(total, key=lambda name: total[name])
        return None if label == "None" else label


def _known(doc: Doc) -> dict[tuple[int, int], dict[str, str]]:
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for span in doc.spans.get(KNOWN, ()):
        found[span.start, span.end][span.label_] = span.kb_id_
    return found


def _register() -> None:
    if not Span.has_extension("kind"):
        Span.set_extension("kind", default=None)
    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", default={})


@Language.factory("sightlines_names", default_config={"naming": "en"})
def make_names(nlp: Language, name: str, naming: str) -> NamesComponent:
    """Return the component with the naming cues and weights of language `naming`."""
    del nlp, name
    _register()
    return NamesComponent(load_naming(naming), load_weights(naming))
