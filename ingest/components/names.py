"""Find and type the names of a document: `doc.spans["mentions"]`.

Candidates come from the gazetteer, from capitals and from the statistical model. Each is typed by weighed cues; all
occurrences of a name in the document decide together, so that one clear sentence settles the others.

A mention is a span with `label_` = entity type, `kb_id_` = gazetteer id or "", `id_` = key of its entity within the
document (two spellings of one entity share it) and `_.kind` = kind of an Organization or None.
`doc._.abbreviations` maps a short form to the long one that the text defines it by.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc, Span, Token

from graph.ids import name_key
from ingest.components.affiliations import affiliation_line, find_affiliations
from ingest.components.bodies import find_bodies
from ingest.components.chunks import Candidate, Chunker, is_title_case, model_entities, name_shaped, trim
from ingest.components.cues import CueReader
from ingest.components.entities import abbreviates, entity_keys
from ingest.components.gazetteer import GROUP as KNOWN
from ingest.components.gazetteer import known_entries
from ingest.components.papers import find_papers, is_paper
from ingest.components.paragraphs import sentence_spans, text_of
from ingest.components.readings import readings_of, type_scores
from ingest.learning.runtime import FOLDER
from ingest.naming import NamingCues, load_naming
from ingest.naming.weights import Weights, load_weights

GROUP = "mentions"
Score = dict[str, float]
# What a known name may be besides its own type: annotation rules 9, 10 and 17.
_ALSO = {"Platform": ("Organization",), "Place": ("Organization",), "Product": ("Organization",)}
# What the gazetteer adds for a name that is also an ordinary word; an undoubted name needs no score.
_KNOWN_BONUS = 2.5
# What a place or platform needs to count as the body behind it, and the cues that can tell: its part in the sentence.
_OWN_BONUS = 1.0
# A single word is a person only if something personal is said: most are called by their full name once.
_PERSONAL = {"role-before", "address", "then-age", "given-name?", "is:Person", "subject:say", "then:who"}
_NO_PERSON = 1.0
# Kinds of word that stand for a body, and how many words after one for a people such a word may stand.
_BODIES = {"Body", "Company", "Staff"}
_PHRASE = 5
# How much the learned encoder counts beside the cues.
_LEARNED = 2.0
_CONTEXT = ("subject", "object", "agent", "has-staff", "prep", "harvest", "post", "base", "possessive", "is:", "called")


def mention_at(token: Token) -> Span | None:
    """Return the mention that holds a word, or None."""
    return next((m for m in token.doc.spans.get(GROUP, ()) if m.start <= token.i < m.end), None)


class NamesComponent:
    """Writes `doc.spans["mentions"]`, sorted, not overlapping."""

    def __init__(self, cues: NamingCues, weights: Weights) -> None:
        self._cues = cues
        self._chunker = Chunker(cues)
        self._reader = CueReader(cues)
        self._weights = weights
        self._places = frozenset(name for e in known_entries().values() if e.type == "Place" for name in e.names)
        # What holds for the document that is being read.
        self._in_paper = False
        self._demonyms: dict[tuple[int, int], bool] = {}
        self._starts: dict[tuple[int, int], str] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Mark the names of `doc`."""
        known = _known(doc)
        papers = _spans(doc, find_papers(text_of(doc), doc._.paragraphs, titled=doc._.titled))
        bodies = _spans(doc, find_affiliations(text_of(doc), doc._.paragraphs, self._places))
        fixed = {Candidate(start, end, "paper"): "Paper" for start, end in papers}
        fixed.update({Candidate(start, end, "known"): "Organization" for start, end in bodies})
        taken = {index for c in fixed for index in range(c.start, c.end)}
        line = affiliation_line(text_of(doc), doc._.paragraphs)
        candidates = [
            c
            for c in self.candidates(doc)
            if taken.isdisjoint(range(c.start, c.end))
            and (line is None or not line.start <= doc[c.start].idx < line.end or c.source == "known")
        ]
        cues = {c: self.cues(doc, c) for c in candidates}
        labels = self._labels(doc, cues, known)
        labels.update(fixed)
        self._drop_peoples(doc, labels)
        self._repeat(doc, labels, taken)
        self._write(doc, labels, known)
        return doc

    # --- candidates ------------------------------------------------------------------------------------------------

    def candidates(self, doc: Doc) -> list[Candidate]:
        """Return candidates in order, not overlapping: the longer one wins, the model's only where no other is."""
        sentences = sentence_spans(doc)
        firm = frozenset(
            token.text
            for sentence in sentences
            if not is_title_case(sentence)
            for token in sentence[1:]
            if name_shaped(token) and token.pos_ == "PROPN"
        )
        spans = doc.spans.get(KNOWN, ())
        self._in_paper = doc._.titled or (bool(doc._.paragraphs) and is_paper(text_of(doc), doc._.paragraphs))
        demonyms = {(span.start, span.end): bool(span._.demonym) for span in spans if span.label_ == "Place"}
        self._demonyms = demonyms
        every = [Candidate(span.start, span.end, "known") for span in spans]
        for sentence in sentences:
            for chunk in self._chunker.chunks(sentence, firm):
                every.extend(self._without_demonym(doc, chunk, demonyms))
        model = list(model_entities(doc, sentences, self._cues))
        every.extend(find_bodies(doc, [*every, *model], demonyms, self._cues))
        every.extend(self._learned(doc))
        order = {"known": 0, "learned": 1, "chunk": 2}
        every.sort(key=lambda c: (c.start - c.end, order[c.source]))
        occupied: set[int] = set()
        kept = []
        for candidate in [*every, *model]:
            tokens = range(candidate.start, candidate.end)
            if tokens and occupied.isdisjoint(tokens):
                occupied.update(tokens)
                kept.append(candidate)
        begins = {span.start: span for span in spans if not span._.demonym}
        self._starts = {
            (c.start, c.end): begins[c.start].label_ for c in kept if c.start in begins and begins[c.start].end < c.end
        }
        return sorted(kept, key=lambda c: c.start)

    def _learned(self, doc: Doc) -> Iterable[Candidate]:
        """Yield the names that the learned encoder marks, without the noun that they qualify; common nouns are none."""
        for reading in readings_of(doc):
            for tagged in reading.tagged:
                start, end = reading.place(tagged.mention.first, tagged.mention.last)
                span = None if tagged.mention.nominal else doc.char_span(start, end, alignment_mode="expand")
                if span is None or span.text.lower() in self._cues.not_names:
                    continue
                cuts = [i for i in range(span.start + 1, span.end) if doc[i].is_sent_start]  # "… by A. B said …"
                for start, end in pairwise((span.start, *cuts, span.end)):
                    first, last = trim(doc, start, end)
                    while last - first > 1 and doc[last - 1].is_lower and doc[last - 1].lower_ in self._cues.after:
                        last -= 1
                    inside = first < last and not any(token.is_space for token in doc[first:last])
                    if inside:  # no name runs over the end of a paragraph
                        yield Candidate(first, last, "learned")

    def _without_demonym(
        self, doc: Doc, chunk: Candidate, demonyms: Mapping[tuple[int, int], bool]
    ) -> Iterable[Candidate]:
        """Part "Dutch Waterlijn BV", keep "Dutch Customs Authority": a body's name begins with its country."""
        for length in (1, 2):
            cut = chunk.start + length
            if cut < chunk.end and demonyms.get((chunk.start, cut)):
                last = doc[chunk.end - 1].lower_
                if last not in self._cues.body_words and not any(
                    doc[at].lower_ in self._cues.body_words for at in range(cut, chunk.end)
                ):
                    start, end = trim(doc, cut, chunk.end, self._cues.articles)
                    return [Candidate(start, end, "chunk")] if start < end else []
        return [chunk]

    # --- types -----------------------------------------------------------------------------------------------------

    def cues(self, doc: Doc, candidate: Candidate) -> set[str]:
        """Return what speaks for the type of a candidate."""
        cues = self._reader.read(doc, candidate, in_paper=self._in_paper)
        demonym = self._demonyms.get((candidate.start, candidate.end))
        if demonym is not None:
            cues.add("known:demonym" if demonym else "known:place")
        entry = self._starts.get((candidate.start, candidate.end))
        if entry is not None:
            cues.add(f"starts:{entry}")
            cues.add(f"starts:{entry}+{'body' if 'suffix:body' in cues else 'other'}")
        return cues

    def _labels(
        self,
        doc: Doc,
        cues: Mapping[Candidate, set[str]],
        known: Mapping[tuple[int, int], Mapping[str, str]],
    ) -> dict[Candidate, str]:
        pooled: dict[str, Score] = defaultdict(lambda: defaultdict(float))
        for candidate, read in cues.items():
            span = doc[candidate.start : candidate.end]
            total = pooled[name_key(span.text)]
            for label, value in self._weights.score(read).items():
                total[label] += value
            for label, value in (type_scores(span) or {}).items():
                total[label] += _LEARNED * value
        for short, long in _abbreviations(doc, cues).items():
            first, second = pooled[name_key(short)], pooled[name_key(long)]
            merged = {label: first[label] + second[label] for label in {*first, *second}}
            pooled[name_key(short)] = pooled[name_key(long)] = defaultdict(float, merged)
        labels = {}
        for candidate, read in cues.items():
            total = pooled[name_key(doc[candidate.start : candidate.end].text)]
            if (candidate.end - candidate.start == 1 and not read & _PERSONAL) or _looks_made(read):
                total["Person"] -= _NO_PERSON
        for candidate, read in cues.items():
            entries = known.get((candidate.start, candidate.end))
            total = pooled[name_key(doc[candidate.start : candidate.end].text)]
            if entries:
                context = self._weights.score(cue for cue in read if cue.startswith(_CONTEXT))
                label = _known_label(entries, context, total)
            else:
                label = max(total, key=lambda name: total[name])
            if label != "None":
                labels[candidate] = label
        surnames = {doc[c.end - 1].text for c, label in labels.items() if label == "Person" and c.end - c.start > 1}
        for candidate in cues:
            if (
                candidate.end - candidate.start == 1
                and doc[candidate.start].text in surnames
                and (candidate.start, candidate.end) not in known
            ):
                labels[candidate] = "Person"
        return labels

    def _drop_peoples(self, doc: Doc, labels: dict[Candidate, str]) -> None:
        """Drop words for peoples that qualify no body: "a Dutch chemist" places nobody, "a Dutch chip maker" does."""
        bodies = {i for c, label in labels.items() if label == "Organization" for i in range(c.start, c.end)}
        for candidate in [c for c, label in labels.items() if label == "Place"]:
            if not self._demonyms.get((candidate.start, candidate.end)):
                continue
            for token in doc[candidate.end : candidate.end + _PHRASE]:
                classes = self._cues.after.get(token.lemma_.lower(), frozenset())
                if token.i in bodies or not _BODIES.isdisjoint(classes):
                    break
                if token.pos_ not in {"ADJ", "NOUN", "PROPN", "PUNCT", "NUM", "VERB"} or token.text in ",.;:()":
                    del labels[candidate]
                    break
            else:
                del labels[candidate]

    def _repeat(self, doc: Doc, labels: dict[Candidate, str], taken: set[int]) -> None:
        """Mark names of the document where headline capitals hid them."""
        names = {doc[c.start : c.end].text: label for c, label in labels.items() if c.source != "model"}
        occupied = taken | {index for c in labels for index in range(c.start, c.end)}
        for sentence in sentence_spans(doc):
            if not names or not is_title_case(sentence):
                continue
            for name in sorted(names, key=len, reverse=True):
                for match in re.finditer(rf"(?<![\w-]){re.escape(name)}(?![\w-])", sentence.text):
                    start = sentence.start_char + match.start()
                    span = doc.char_span(start, start + len(name))
                    if span is not None and occupied.isdisjoint(range(span.start, span.end)):
                        occupied.update(range(span.start, span.end))
                        labels[Candidate(span.start, span.end, "chunk")] = names[name]

    # --- mentions --------------------------------------------------------------------------------------------------

    def _write(
        self,
        doc: Doc,
        labels: Mapping[Candidate, str],
        known: Mapping[tuple[int, int], Mapping[str, str]],
    ) -> None:
        in_order = sorted(labels.items(), key=lambda item: item[0].start)
        names = {doc[c.start : c.end].text: label for c, label in in_order}
        doc._.abbreviations = _abbreviations(doc, labels)
        keys = entity_keys(names, doc._.abbreviations)
        types = {name_key(name): label for name, label in names.items()}
        spans = []
        for candidate in sorted(labels, key=lambda c: c.start):
            label = labels[candidate]
            key = name_key(doc[candidate.start : candidate.end].text)
            entry = known.get((candidate.start, candidate.end), {})
            if not entry and keys[key] != key and types.get(keys[key]) in {"Organization", "Person"}:
                label = types[keys[key]]
            found = next((entry[name] for name in (label, *entry) if name in entry), "")
            span = Span(doc, candidate.start, candidate.end, label=label, kb_id=found, span_id=keys[key])
            span._.kind = self._kind(span) if label == "Organization" else None
            spans.append(span)
        doc.spans[GROUP] = spans

    def _kind(self, span: Span) -> str | None:
        entry = known_entries().get(span.kb_id_)
        if entry is not None and entry.type == "Organization":
            return entry.kind
        if entry is not None:
            return "public body" if entry.type == "Place" else "company"
        words = [token.lower_ for token in span]
        if {"army", "navy", "forces", "corps", "military", "militia"} & set(words):
            return "military"
        if words[-1] in self._cues.lower_bodies or words[0] in self._cues.lower_bodies_of:
            return "public body"
        for table, word in ((self._cues.prefix, words[0]), (self._cues.suffix, words[-1])):
            for name in sorted(table.get(word, ())):
                if name in _KINDS and len(words) > 1:
                    return _KINDS[name]
        return next((_KINDS[n] for w in words for n in sorted(self._cues.prefix.get(w, ())) if n in _KINDS), None)


_KINDS = {
    "company": "company",
    "public": "public body",
    "university": "university",
    "institute": "institute",
    "NGO": "NGO",
    "media": "media",
}


def _looks_made(cues: set[str]) -> bool:
    """Return whether a name of several words ends in an ordinary word: "Meridian Tills" is hardly a person."""
    return "given-name" not in cues and bool(cues & {"ordinary:last", "ordinary:all"})


def _spans(doc: Doc, offsets: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return token offsets, not overlapping: the first, and of two that begin together the longer one."""
    found: list[tuple[int, int]] = []
    for start, end in sorted(offsets, key=lambda span: (span[0], -span[1])):
        span = doc.char_span(start, end, alignment_mode="contract")
        if span is not None and (not found or span.start >= found[-1][1]):
            found.append((span.start, span.end))
    return found


def _known_label(entries: Mapping[str, str], context: Score, total: Score) -> str:
    """Choose among the types of the known entries; a doubtful name may also be nothing, or something unknown."""
    entry_of = known_entries()
    if all(entry_of[entry].ambiguous for entry in entries.values()):
        raised = {label: value + (_KNOWN_BONUS if label in entries else 0.0) for label, value in total.items()}
        return max(raised, key=lambda label: raised[label])
    choices = [*entries, *(other for label in entries for other in _ALSO.get(label, ()))]
    return max(choices, key=lambda label: context.get(label, 0.0) + (_OWN_BONUS if label in entries else 0.0))


def _abbreviations(doc: Doc, labels: Iterable[Candidate]) -> dict[str, str]:
    """Return short → long for "Long Name (LN)" and "LN (Long Name)" among the mentions."""
    found = {}
    ordered = sorted(labels, key=lambda c: c.start)
    for left, right in pairwise(ordered):
        if right.start - left.end != 1 or doc[left.end].text != "(" or doc[right.end : right.end + 1].text != ")":
            continue
        first, second = doc[left.start : left.end].text, doc[right.start : right.end].text
        if abbreviates(second, first):
            found[second] = first
        elif abbreviates(first, second):
            found[first] = second
    return found


def _known(doc: Doc) -> dict[tuple[int, int], dict[str, str]]:
    found: dict[tuple[int, int], dict[str, str]] = defaultdict(dict)
    for span in doc.spans.get(KNOWN, ()):
        found[span.start, span.end][span.label_] = span.kb_id_
    return found


def _register() -> None:
    if not Span.has_extension("kind"):
        Span.set_extension("kind", default=None)
    if not Doc.has_extension("abbreviations"):
        Doc.set_extension("abbreviations", default=None)


@Language.factory("sightlines_names", default_config={"naming": "en", "languages": ["en"], "weights": ""})
def make_names(nlp: Language, name: str, naming: str, languages: list[str], weights: str) -> NamesComponent:
    """Return the component with the naming cues of language `naming`.

    The weights of all of `languages` are added; `weights` is the folder of those that were fitted, as for the readings.
    """
    del nlp, name
    _register()
    return NamesComponent(load_naming(naming), load_weights(*languages, folder=Path(weights or FOLDER)))
