"""Bring a parse of Universal Dependencies into the one form that our readers know, by a table of the language's recipe.

English models of spaCy label in the CLEAR style: a preposition heads its noun, a copula heads its predicate. Models of
most other languages follow Universal Dependencies, where it is the other way round. Readers of frames, assertion and
reference know one form; this component makes it, so that a language needs a table (`syntax` in
`ingest/pipelines/LANGUAGE.yml`) and no reader of its own.

Sources: Universal Dependencies v2 (https://universaldependencies.org/u/dep/), CLEAR style of NLP4J's guidelines.
"""

from collections.abc import Mapping
from typing import Any

import numpy
from pydantic import BaseModel, ConfigDict
from spacy.language import Language
from spacy.tokens import Doc, MorphAnalysis, Span, Token

_NEGATOR_REACH = 6  # words: "n'a donc en fait jamais"
_SUBJECTS = frozenset({"nsubj", "nsubj:pass"})
_NO_NAME = frozenset({"VERB", "ADJ", "ADV", "X", "AUX", "NOUN", "PRON"})
_NOMINAL = frozenset({"NOUN", "PROPN", "PRON", "NUM", "X", "SYM", "ADJ"})


class SyntaxTable(BaseModel):
    """What a language's labels mean in the readers' form."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    labels: Mapping[str, str] = {}  # label → label, where only the name differs
    prepositional: frozenset[str] = frozenset()  # labels of nouns whose preposition takes their place
    bare: Mapping[str, str] = {}  # the same labels where there is no preposition
    agents: frozenset[str] = frozenset()  # prepositions that bring who does what a passive verb says
    clausal: frozenset[str] = frozenset()  # labels that move from a predicate to its copula
    copulas: frozenset[str] = frozenset()  # verbs whose complement says what the subject is
    particles: frozenset[str] = frozenset()  # words that negate only together with one of `negators`
    negators: frozenset[str] = frozenset()
    tense: frozenset[str] = frozenset()  # labels of auxiliaries that only tell the time
    tags: tuple[tuple[str, str, str], ...] = ()  # part of speech, feature or "", tag; the first that fits
    fixes: Mapping[str, tuple[str, ...]] = {}  # word that the model misreads → part of speech, lemma, features
    predicates: Mapping[str, str] = {}  # word that is a verb of this lemma where it has a subject: "X compte vendre"
    compound: frozenset[str] = frozenset()  # adverbs that make one preposition with the next: "auprès de"
    saying: frozenset[str] = frozenset()  # verbs (lemmas) that stand before their subject: "…, a déclaré X"
    capitals: bool = False  # whether a capital inside a sentence makes a name
    entities: Mapping[str, str] = {}  # label of the model → label that the naming cues know; others are dropped


class SyntaxComponent:
    """Rewrites heads, labels, fine tags and entity labels of a parsed document."""

    def __init__(self, table: SyntaxTable) -> None:
        self._table = table

    def __call__(self, doc: Doc) -> Doc:
        """Rewrite `doc`. A sentence keeps its borders."""
        if not len(doc) or not doc.has_annotation("DEP"):
            return doc
        self._mend(doc)
        tree = _Tree(doc, self._table)
        tree.rewrite()
        heads = numpy.asarray([head - i for i, head in enumerate(tree.head)], dtype=numpy.int64).astype(numpy.uint64)
        labels = [doc.vocab.strings.add(dep) for dep in tree.dep]
        tags = [doc.vocab.strings.add(self._tag(token)) for token in doc]
        columns = [heads, numpy.asarray(labels, dtype=numpy.uint64), numpy.asarray(tags, dtype=numpy.uint64)]
        table: Any = numpy.stack(columns, axis=1)  # spaCy types it as 32-bit signed, and takes 64-bit unsigned
        doc.from_array(["HEAD", "DEP", "TAG"], table)
        self._entities(doc)
        return doc

    def _mend(self, doc: Doc) -> None:
        """Mend parts of speech: words that the model often misreads, and names that it takes for words."""
        table = self._table
        for token in doc:
            lemma = table.predicates.get(token.lower_)
            if (fix := table.fixes.get(token.lower_)) is not None and token.pos_ != fix[0]:
                token.pos_, token.lemma_ = fix[:2]
                if len(fix) > 2:
                    token.morph = MorphAnalysis(doc.vocab, fix[2])
            elif lemma is not None and any(child.dep_ in _SUBJECTS for child in token.children):
                token.pos_, token.lemma_ = "VERB", lemma
            elif table.capitals and token.pos_ == "PROPN" and token.text.islower():
                token.pos_ = "NOUN"
            elif table.capitals and token.pos_ in _NO_NAME and token.text[0].isupper() and self._is_name(token):
                token.pos_, token.lemma_ = "PROPN", token.text

    @staticmethod
    def _is_name(token: Token) -> bool:
        """Return whether a capital makes a name: inside a sentence, or on a bare subject that begins it."""
        if token.is_sent_start or token.nbor(-1).is_punct or token.nbor(-1).is_space:
            bare = not any(child.dep_ == "det" for child in token.children) and not token.text.endswith("s")
            return token.pos_ == "NOUN" and token.dep_ in _SUBJECTS and bare
        return True

    def _tag(self, token: Token) -> str:
        """Return the fine tag; a participle with a finite auxiliary of time is a past: "a vendu" is "sold"."""
        auxiliaries = [child for child in token.children if child.dep_ in self._table.tense]
        passive = any(child.dep_ == "aux:pass" for child in token.children)
        if token.pos_ == "VERB" and not passive and any("VerbForm=Fin" in child.morph for child in auxiliaries):
            return "VBD"
        for pos, feature, tag in self._table.tags:
            if token.pos_ == pos and set(filter(None, feature.split("|"))) <= set(token.morph):
                return tag
        return token.pos_

    def _entities(self, doc: Doc) -> None:
        known = self._table.entities
        doc.ents = [Span(doc, e.start, e.end, label=known[e.label_]) for e in doc.ents if e.label_ in known]


class _Tree:
    """Heads and labels of a document while they are rewritten; a root is its own head."""

    def __init__(self, doc: Doc, table: SyntaxTable) -> None:
        self.doc = doc
        self.table = table
        self.head = [token.head.i for token in doc]
        self.dep = [token.dep_ for token in doc]

    def rewrite(self) -> None:
        """Turn the labels and heads into the form that the readers know."""
        for token in self.doc:
            if self.dep[token.i] == "cop":
                self._raise_copula(token.i)
            elif token.pos_ == "VERB" and self._finite(token):
                self._raise_verb(token.i)
        for token in self.doc:
            self._mend(token)
            if token.lower_ in self.table.particles:
                self._join_negator(token)
        for token in self.doc:
            if self.dep[token.i] == "case":
                self._raise_preposition(token.i)
        for token in self.doc:
            self.dep[token.i] = self._label(token)

    def _children(self, index: int) -> list[int]:
        sentence = self.doc[index].sent
        return [i for i in range(sentence.start, sentence.end) if self.head[i] == index and i != index]

    def _take_place(self, index: int, of: int) -> None:
        """Put `index` where `of` hangs, and hang `of` on it."""
        self.head[index] = index if self.head[of] == of else self.head[of]
        self.dep[index] = self.dep[of]
        self.head[of] = index

    def _raise_copula(self, verb: int) -> None:
        predicate = self.head[verb]
        moving = [i for i in self._children(predicate) if i != verb and self._clausal(i, predicate)]
        self._take_place(verb, predicate)
        self.dep[predicate] = "acomp" if self.doc[predicate].pos_ == "ADJ" else "attr"
        for child in moving:
            self.head[child] = verb

    def _raise_verb(self, verb: int) -> None:
        """Put a verb that the model took for an adjective above its subject or complement: "X dément avoir …"."""
        above = self.head[verb]
        if self.dep[verb] in {"amod", "appos", "acl", "nmod", "advmod"} and self.doc[above].pos_ in _NOMINAL:
            moving = [i for i in self._children(above) if i > verb]
            if above > verb:
                return
            self._take_place(verb, above)
            self.dep[above] = "nsubj"
            for child in moving:
                self.head[child] = verb
            above = self.head[verb]
        if self.dep[verb] in _SUBJECTS and self.doc[above].pos_ == "VERB" and above > verb:
            self._take_place(verb, above)
            self.dep[above] = "xcomp"

    def _finite(self, verb: Token) -> bool:
        known = verb.lower_ in self.table.fixes or "VerbForm=Fin" in verb.morph
        return known and "VerbForm=Part" not in verb.morph

    def _mend(self, token: Token) -> None:
        """Mend labels: names as objects, a name behind its noun, and a description that was taken for a list."""
        i, dep, above = token.i, self.dep[token.i], self.head[token.i]
        if dep in _SUBJECTS:
            self._mend_subject(token)
        elif token.pos_ == "PROPN" and dep in {"xcomp", "acl", "amod", "advmod", "dep", "ccomp"}:
            verb = self.doc[above].pos_ == "VERB" and above < i and "obj" not in self._labels(above)
            self.dep[i] = "obj" if verb else "nmod"
        elif dep in {"dep", "nmod"} and token.pos_ == "NOUN" and above < i and self.doc[above].pos_ == "VERB":
            self.dep[i] = dep if {"case", "cop"} & self._labels(i) or "obj" in self._labels(above) else "obj"
        elif dep in {"appos", "nmod"} and token.pos_ == "NOUN" and above == i - 1 and self.doc[above].pos_ == "NOUN":
            token.pos_, self.dep[i] = "ADJ", "amod"  # "le groupe suédois"
        elif dep == "conj" and token.pos_ in {"NOUN", "PROPN"} and not self._listed(i):
            self.dep[i] = "appos"
        elif dep == "nmod" and token.pos_ == "NOUN" and above < i and self.doc[i - 1].text == ",":
            self.dep[i] = dep if "case" in self._labels(i) else "appos"
        elif dep == "advmod" and token.lower_ in self.table.compound:
            self.dep[i] = "prep"
        if self.dep[i] in {"nmod", "flat:name", "appos"} and token.pos_ == "PROPN":
            noun = self._noun_before(i)
            if noun is not None and self.head[i] != noun and self.head[noun] != i:
                self.head[i], self.dep[i] = noun, "nmod"  # "du groupe italien X"
        if self.dep[i] == "obj":
            self._invert(i)
        if self.dep[i] == "nmod" and token.pos_ == "PROPN" and self._bare_complement(self.head[i]):
            self.head[i] = self.head[self.head[i]]  # "la base de données X": a base, not data, is called X

    def _mend_subject(self, token: Token) -> None:
        i, above = token.i, self.head[token.i]
        if token.pos_ == "PROPN":
            noun = self._noun_before(i)
            if noun is not None and self.head[noun] == above and self.dep[noun] in _SUBJECTS:
                self.head[i], self.dep[i] = noun, "nmod"  # "la société norvégienne X": one subject
                return
            if self.doc[above].pos_ == "NOUN" and i < above and "cop" not in self._labels(above):
                self._take_place(i, above)
                self.dep[above] = "appos"  # "X, partenaire de Y, a …"
                above = self.head[i]
        first = next((j for j in self._children(above) if j < i and self.dep[j] in _SUBJECTS), None)
        if first is not None and self.doc[first].pos_ == "PROPN" and token.pos_ == "NOUN":
            self.head[i], self.dep[i] = first, "appos"  # "X, une société, a …"
        elif self.dep[i] == "nsubj:pass" and not {"aux:pass", "expl:pass"} & self._labels(above):
            self.dep[i] = "nsubj"

    def _labels(self, index: int) -> set[str]:
        return {self.dep[j] for j in self._children(index)}

    def _bare_complement(self, noun: int) -> bool:
        """Return whether a common noun stands behind a preposition and without a determiner."""
        labels = self._labels(noun)
        return self.doc[noun].pos_ == "NOUN" and self.dep[noun] == "nmod" and "case" in labels and "det" not in labels

    def _join_negator(self, particle: Token) -> None:
        """Hang "plus" and "pas" on the verb of their "ne", wherever the model put them."""
        verb, table = self.head[particle.i], self.table
        if any(self.doc[j].lower_ in table.negators for j in self._children(verb)):
            return
        for token in self.doc[particle.i + 1 : particle.i + _NEGATOR_REACH]:
            if token.lower_ in table.negators and not self._children(token.i):
                self.head[token.i], self.dep[token.i] = verb, "advmod"
                return

    def _invert(self, index: int) -> None:
        """Make a subject of who speaks behind the words that are quoted: "…, a déclaré X"."""
        verb = self.head[index]
        speaks = self.doc[verb].lemma_.lower() in self.table.saying and verb < index
        if not speaks or _SUBJECTS & self._labels(verb) or self._comma_before(verb) is None:
            return
        self.dep[index] = "nsubj"
        said = self.head[verb]
        if said < verb and self.doc[said].pos_ in {"VERB", "AUX"}:  # what is said hangs on who says it
            self._take_place(verb, said)
            self.dep[said] = "ccomp"
        for child in self._children(verb):
            if child < verb and self.dep[child] in {"advcl", "dep", "ccomp", "parataxis"}:
                self.dep[child] = "ccomp"

    def _comma_before(self, verb: int) -> int | None:
        """Return the comma before a verb and its auxiliaries."""
        before = verb - 1
        while before >= 0 and self.doc[before].pos_ in {"AUX", "PRON", "ADV"}:
            before -= 1
        return before if before >= 0 and self.doc[before].text == "," else None

    def _listed(self, index: int) -> bool:
        """Return whether a list has a conjunction: "A, B et C"; a comma alone only describes."""
        first = self.head[index]
        family = [index, *(j for j in self._children(first) if self.dep[j] == "conj")]
        for j in tuple(family):
            family.extend(k for k in self._children(j) if self.dep[k] == "conj")
        return any(self.dep[k] == "cc" for j in family for k in self._children(j))

    def _noun_before(self, index: int) -> int | None:
        before = index - 1
        while before >= 0 and self.doc[before].pos_ == "ADJ":
            before -= 1
        return before if before >= 0 and self.doc[before].pos_ == "NOUN" else None

    def _clausal(self, child: int, predicate: int) -> bool:
        token = self.doc[child]
        if self.dep[child] in self.table.clausal:
            return child < predicate or not self.dep[child].startswith("obl")
        if self.dep[child] == "conj":
            return token.pos_ in {"VERB", "AUX"}
        word = token.lower_
        return self.dep[child] == "advmod" and (
            self.doc[predicate].pos_ != "ADJ" or word in self.table.particles or word in self.table.negators
        )

    def _raise_preposition(self, prep: int) -> None:
        noun = self.head[prep]
        if self.doc[noun].pos_ not in _NOMINAL or self.dep[noun] in {"nsubj", "nsubj:pass", "obj"}:
            return  # a subject or object with a marker ("plus de cent") stays what it is
        if self.dep[noun] == "pobj":
            self.dep[prep] = "fixed"  # the second word of a compound preposition
            return
        above = self.head[noun]
        if self.dep[noun] == "conj" and self.dep[above] == "pobj":
            self._take_place(prep, noun)
            self.head[prep], self.dep[prep] = self.head[above], "conj"
        else:
            complement = self.dep[noun] in {"attr", "acomp"}
            self._take_place(prep, noun)
            if complement or self.dep[prep] in self.table.prepositional:
                self.dep[prep] = "prep"
        self.dep[noun] = "pobj"

    def _label(self, token: Token) -> str:
        i, dep = token.i, self.dep[token.i]
        above = self.doc[self.head[i]]
        if dep in {"prep", "obl:agent"} and token.lower_ in self.table.agents and self._participle(above):
            return "agent"
        if dep == "advmod" and token.lower_ in self.table.negators:
            particle = any(self.doc[j].lower_ in self.table.particles for j in self._children(above.i))
            return "neg" if particle or not self.table.particles else dep
        if dep == "det" and "Poss=Yes" in str(token.morph):
            return "poss"
        if dep == "xcomp" and token.pos_ in {"NOUN", "PROPN", "ADJ"} and above.lemma_.lower() in self.table.copulas:
            return "acomp" if token.pos_ == "ADJ" else "attr"
        return self.table.bare.get(dep) or self.table.labels.get(dep, dep)

    def _participle(self, verb: Token) -> bool:
        if "VerbForm=Part" not in str(verb.morph):
            return False
        tenses = [j for j in self._children(verb.i) if self.dep[j] in {"aux:tense", "aux"}]
        passive = any(self.dep[j] in {"aux:pass", "auxpass"} for j in self._children(verb.i))
        return passive or not tenses


@Language.factory("sightlines_syntax", default_config={"table": {}})
def make_syntax(nlp: Language, name: str, table: dict[str, Any]) -> SyntaxComponent:
    """Return the component for the `syntax` table of a recipe."""
    del nlp, name
    return SyntaxComponent(SyntaxTable.model_validate(table))
