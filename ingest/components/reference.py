"""Who a phrase stands for: a name, a list of names, "researchers at X", "the database", "it", "the latter two".

Where more than one entity would do, nobody is named: a wrong guess accuses somebody.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from ingest.components.antecedents import Antecedents
from ingest.components.names import GROUP
from ingest.components.paragraphs import paragraph_of
from ingest.rules import CueTable, load_words


@dataclass(frozen=True, slots=True)
class Argument:
    """One filler of a slot: the named mention, and the nominal span that stands for it, if any."""

    mention: Span
    nominal: Span | None = None

    @property
    def span(self) -> Span:
        """Return the words in the clause itself."""
        return self.nominal if self.nominal is not None else self.mention


class References:
    """Resolves the tokens of one document to mentions."""

    def __init__(self, doc: Doc, cues: CueTable) -> None:
        self._doc = doc
        self._cues = cues
        self._words = load_words(doc.lang_)
        self.mentions: list[Span] = sorted(doc.spans.get(GROUP, ()), key=lambda span: span.start)
        self._at: dict[int, Span] = {index: span for span in self.mentions for index in range(span.start, span.end)}
        self._antecedents = Antecedents(doc, cues)
        title = [span for span in self.mentions if span.label_ == "Paper" and span.start_char < 3]
        self.paper: Span | None = title[0] if title else None  # "we" are the authors of the text's own title

    def at(self, token: Token) -> Span | None:
        """Return the mention that holds the token."""
        return self._at.get(token.i)

    def resolve(self, token: Token, types: tuple[str, ...]) -> list[Argument]:
        """Return what the phrase headed by `token` stands for, lists taken apart, of the wanted types."""
        found: dict[tuple[int, int], Argument] = {}
        for head in self._coordinated(token):
            for argument in self._single(head, types):
                found.setdefault((argument.mention.start, argument.span.start), argument)
        return list(found.values())

    def _coordinated(self, token: Token) -> Iterator[Token]:
        """Yield the token and what is listed with it: "A, B and C, as well as D"."""
        queue, seen = [token], set()
        while queue:
            head = queue.pop(0)
            if head.i in seen:
                continue
            seen.add(head.i)
            yield head
            queue.extend(child for child in head.children if child.dep_ == "conj" and child.pos_ not in {"VERB", "AUX"})
            mention = self.at(head)
            if mention is not None:  # conjuncts may hang on any word of a name
                queue.extend(
                    child
                    for word in mention
                    for child in word.children
                    if child.dep_ == "conj" and child.pos_ not in {"VERB", "AUX"} and child.i >= mention.end
                )

    def _single(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        mention = self.at(head)
        if mention is not None:
            if mention.label_ in types:
                return [Argument(mention)]
            return self._inside(head, types)
        if head.pos_ == "PRON" or head.tag_ == "PRP":
            return self._pronoun(head, types)
        listed = self._listed(head, types)
        if listed:
            return listed
        inner = self._inside(head, types)
        return inner or self._several(head, types) or self._described(head, types) or self._nominal(head, types)

    def _described(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        """Return the name that a noun describes: "X, a database of faces that A used", "X is a model trained on D"."""
        noun = head
        if noun.dep_ == "pobj" and self._is_of(noun.head) and noun.head.head.pos_ == "NOUN":
            noun = noun.head.head  # "a database of faces that ..."
        if noun.pos_ != "NOUN" or any(child.dep_ == "poss" for child in noun.children):
            return []
        if noun.dep_ == "appos":
            named = self.at(noun.head)
        elif noun.dep_ == "attr" and noun.head.lemma_ in self._words.being:
            named = next((self.at(child) for child in noun.head.children if child.dep_ == "nsubj"), None)
        else:
            return []
        fits = named is not None and named.label_ in types and named.end <= noun.i
        return [Argument(named)] if named is not None and fits else []

    def _several(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        """Return whom "both companies", "the latter two", "the former" stand for: a list shortly before."""
        known = self._words
        words = {child.lower_ for child in head.children if child.i < head.i} | {head.lower_}
        both, latter, former = (bool(each & words) for each in (known.both, known.latter, known.former))
        if not (both or latter or former):
            return []
        fits = tuple(t for t in self._cues.nominals.get(head.lemma_.lower(), types) if t in types)
        lists = [found for found in self._lists(head, fits) if len(found) >= 2]
        if not lists:
            return []
        names = lists[-1]
        many = head.tag_ in {"NNS", "NNPS"} or bool(known.two & words)
        if both and len(names) != 2:
            return []
        if latter:
            names = names[-2:] if many else names[-1:]
        elif former and (len(names) == 2 or many):
            names = names[:2] if many else names[:1]
        elif not both:
            return []
        span = self._doc[head.left_edge.i : head.i + 1]
        return [Argument(name, span) for name in names]

    def _lists(self, head: Token, types: tuple[str, ...]) -> list[list[Span]]:
        """Return the coordinated names before the word, nearest list last, of the sentence before and its own."""
        sentence = head.sent
        start = self._doc[sentence.start - 1].sent.start if sentence.start else sentence.start
        groups: list[list[Span]] = []
        for mention in self.mentions:
            if not start <= mention.start < head.i or mention.label_ not in types or mention.end > head.i:
                continue
            previous = groups[-1][-1] if groups else None
            between = self._doc[previous.end : mention.start] if previous is not None else None
            if between is not None and all(token.lower_ in self._words.joints for token in between):
                groups[-1].append(mention)
            else:
                groups.append([mention])
        return groups

    def _inside(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        """Return the name within a phrase: "the X dataset", "the company X", "researchers at X"."""
        lemma = head.lemma_.lower()
        fits = self._cues.nominals.get(lemma, ())
        named = [self.at(child) for child in head.children if child.dep_ in {"compound", "nmod", "amod", "appos"}]
        for span in named:
            if span is not None and span.label_ in types and (span.label_ in fits or lemma in self._cues.collections):
                return [Argument(span)]
        if lemma in self._cues.staff and "Organization" in types:
            return self._employer(head)
        return []

    def _employer(self, head: Token) -> list[Argument]:
        found = []
        for child in head.children:
            span = self.at(child)
            if (
                child.dep_ in {"compound", "poss", "nmod", "amod"}
                and span is not None
                and span.label_ == "Organization"
            ):
                found.append(Argument(span))
            if child.dep_ == "prep" and self._words.preposition(child.lower_) in self._words.employer:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        found.extend(
                            Argument(s)
                            for t in self._coordinated(inner)
                            if (s := self.at(t)) is not None and s.label_ == "Organization"
                        )
        return found

    def _listed(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        """Return the names of "companies including A and B", "firms such as A"."""
        if head.lemma_.lower() not in self._cues.collections and head.pos_ != "NOUN":
            return []
        tokens: list[Token] = []
        for child in head.children:
            if child.dep_ in {"prep", "acl"} and child.lower_ in self._words.including:
                tokens.extend(t for t in child.children if t.dep_ in {"pobj", "dobj"})
            if child.dep_ == "prep" and self._is_of(child) and head.lemma_.lower() in self._cues.collections:
                for inner in child.children:
                    if inner.dep_ == "pobj":
                        tokens.append(inner)
            if child.dep_ == "appos" and head.tag_ in {"NNS", "CD"}:
                tokens.append(child)
        found = []
        for token in tokens:
            for inner in self._coordinated(token):
                span = self.at(inner)
                if span is not None and span.label_ in types:
                    found.append(Argument(span))
                elif span is None and inner == token and token.tag_ == "NNS":
                    found.extend(self._listed(token, types))
        return found

    def _is_of(self, token: Token) -> bool:
        return self._words.preposition(token.lower_) in self._words.of

    # --- nominals and pronouns -------------------------------------------------------------------------------------

    def _pronoun(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        if head.lower_ in self._words.authors and self.paper is not None and "Paper" in types:
            return [Argument(self.paper, self._doc[head.i : head.i + 1])]
        if head.lower_ in self._cues.pronouns:
            return self._standing(self._doc[head.i : head.i + 1], types)
        if head.lower_ not in self._words.pronouns:
            return []
        wanted = tuple(t for t in types if t not in {"Person", "Place"})
        rivals = ("Person",) if head.lower_ in self._words.personal else ()
        candidate = self._salient(head, (*wanted, *rivals), window=1)
        if candidate is None or candidate.label_ not in wanted:
            return []
        return [Argument(candidate, self._doc[head.i : head.i + 1])]

    def _nominal(self, head: Token, types: tuple[str, ...]) -> list[Argument]:
        fits = tuple(t for t in self._cues.nominals.get(head.lemma_.lower(), ()) if t in types)
        determiner = next((child for child in head.children if child.dep_ in {"det", "poss"}), None)
        own = (
            determiner is not None
            and determiner.lower_ in self._words.own_determiners
            and head.lemma_.lower() in self._words.own_paper
        )
        if self.paper is not None and determiner is not None and own and "Paper" in types:
            return [Argument(self.paper, self._doc[determiner.i : head.i + 1])]
        if not fits or determiner is None or determiner.lower_ not in self._words.definite:
            return []
        if any(child.dep_ in {"relcl", "acl", "prep"} or self.at(child) for child in head.children):
            return []  # "the company that ...", "the software of X": defined by what follows, not known before
        span = self._doc[determiner.i : head.i + 1]
        if self._cues.reach:
            return self._standing(span, fits)
        if head.tag_ in {"NNS", "NNPS"} and fits[0] == "Organization":
            return []
        candidate = self._salient(head, fits, window=3)
        return [Argument(candidate, span)] if candidate is not None else []

    def _standing(self, span: Span, types: tuple[str, ...]) -> list[Argument]:
        """Return whom the words stand for, where that is clear."""
        return [Argument(mention, span) for mention in self._antecedents.of_span(span, types)]

    def _salient(self, head: Token, types: tuple[str, ...], *, window: int) -> Span | None:
        """Return the only entity of these types in the sentences before the word, nearest sentence first."""
        if not types:
            return None
        sentence = head.sent
        paragraph = paragraph_of(self._doc, head.idx)
        before = [span for span in self.mentions if span.end <= head.i and span.label_ in types]
        starts = [s.start for s in self._doc.sents if s.start <= sentence.start][-(window + 1) :]
        for start in reversed(starts):
            end = min((s for s in starts if s > start), default=head.i)
            here = [span for span in before if start <= span.start < end]
            if head.lower_ in self._words.subject_pronouns and start == sentence.start:
                here = [span for span in here if span.root.dep_ in {"nsubj", "nsubjpass"} or span.root.head.i < head.i]
            keys = {(span.id_ or span.text, span.label_) for span in here}
            if len(keys) == 1:
                if paragraph_of(self._doc, here[-1].start_char) < paragraph - 1:
                    return None
                return here[-1]
            if keys:
                before_it = head.lower_ in self._words.subject_pronouns and start != sentence.start
                return self._subject_among(here) if before_it else None
        return None

    @staticmethod
    def _subject_among(spans: list[Span]) -> Span | None:
        subjects = [s for s in spans if s.root.dep_ in {"nsubj", "nsubjpass"} and s.root.head.dep_ == "ROOT"]
        return subjects[0] if len(subjects) == 1 else None
