"""Find claims by frames: a trigger, its arguments, and types that fit (`ingest/rules/PREDICATE.yml`)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from graph.schema import Schema
from ingest.components.affiliations import affiliation_line
from ingest.components.arguments import Roles, noun_roles, verb_roles
from ingest.components.clauses import first_of_list
from ingest.components.layout import (
    addresses,
    asides,
    descriptions,
    own_model,
    own_work,
    set_apart,
    tells_of_model,
    units,
)
from ingest.components.paragraphs import text_of
from ingest.components.reference import Argument, References
from ingest.rules import CueTable, Frame, FrameKind, load_words

_TITLE_REACH = 7  # words between a body and a person: "Duke University senior vice president for X Michael Y"


@dataclass(frozen=True, slots=True)
class Found:
    """One claim as a frame read it, before polarity, modality, speaker and time."""

    frame: Frame
    subject: Argument
    object: Argument
    trigger: Token
    words: tuple[Token, ...]  # trigger, particle, required argument


class FrameReader:
    """Reads the claims of a document. Safe to share between documents."""

    def __init__(self, frames: Sequence[Frame], schema: Schema, cues: CueTable) -> None:
        self._schema = schema
        self._cues = cues
        self._by_word: dict[tuple[FrameKind, str], list[Frame]] = defaultdict(list)
        self._plain: dict[FrameKind, list[Frame]] = defaultdict(list)
        for frame in frames:
            self._plain[frame.kind].append(frame)
            for trigger in frame.triggers:
                self._by_word[frame.kind, trigger.split()[0]].append(frame)

    def read(self, doc: Doc) -> list[Found]:
        """Return the claims in the order of their triggers, each pair of entities once a trigger."""
        references = References(doc, self._cues)
        if len(references.mentions) < 2 and not references.mentions:
            return []
        found: dict[tuple[str, int, int, int], Found] = {}
        for each in self._all(doc, references):
            if each.subject.mention.id_ == each.object.mention.id_ and each.subject.mention.id_:
                continue
            if each.subject.mention.text.casefold() == each.object.mention.text.casefold():
                continue
            key = (each.frame.predicate, each.subject.mention.start, each.object.mention.start, each.trigger.i)
            known = found.get(key)
            if known is None or each.frame.probability > known.frame.probability:
                found[key] = each
        return sorted(found.values(), key=lambda each: (each.trigger.i, each.subject.span.start))

    def _all(self, doc: Doc, references: References) -> Iterator[Found]:
        for token in doc:
            lemma = self.lemma(token)
            if token.pos_ in {"VERB", "AUX"} or token.dep_ in {"acl", "relcl"}:
                frames = self._by_word.get((FrameKind.VERB, lemma))
                if frames:
                    yield from self._triggered(token, frames, verb_roles(token), references)
            if token.pos_ in {"NOUN", "PROPN", "ADJ"}:
                frames = self._by_word.get((FrameKind.NOUN, lemma))
                if frames and references.at(token) is None:
                    yield from self._triggered(token, frames, noun_roles(token), references)
        for mention in references.mentions:
            yield from self._beside(mention, references)
        yield from self._titles(doc, references)
        yield from self._line(doc, references)
        yield from self._layout(doc, references)
        yield from self._experiments(doc, references)

    def lemma(self, token: Token) -> str:
        """Return the lemma in lower case, with the model's known slips mended."""
        lemma = token.lemma_.lower()
        return self._cues.lemma_fixes.get(lemma, self._cues.lemma_fixes.get(token.lower_, lemma))

    # --- verbs and nouns -------------------------------------------------------------------------------------------

    def _triggered(
        self, token: Token, frames: Iterable[Frame], roles: Roles, references: References
    ) -> Iterator[Found]:
        for frame in frames:
            words = self._trigger_words(token, frame, roles)
            if words is None:
                continue
            subjects = self._fill(frame, "subject", roles, references)
            if not subjects:
                continue
            for obj in self._fill(frame, "object", roles, references):
                for subject in subjects:
                    if frame.subject == frame.object and subject.mention.start >= obj.mention.start:
                        continue  # "A and B teamed up": each pair once
                    if self._fits(frame, subject.mention, obj.mention):
                        yield Found(frame, subject, obj, token, words)

    def _trigger_words(self, token: Token, frame: Frame, roles: Roles) -> tuple[Token, ...] | None:
        words = [token]
        lemma = self.lemma(token)
        ways = [trigger.split()[1:] for trigger in frame.triggers if trigger.split()[0] == lemma]
        if [] not in ways:
            particles = {child.lower_: child for child in token.children if child.dep_ in {"prt", "advmod", "prep"}}
            particle = next((particles[way[0]] for way in ways if way[0] in particles), None)
            if particle is None:
                return None
            words.append(particle)
        for role, lemmas in frame.requires.items():
            filler = next((t for t in roles.get(role, ()) if self.lemma(t) in lemmas), None)
            if filler is None:
                return None
            words.append(filler)
        if any(roles.get(role) for role in frame.forbids):
            return None
        return tuple(words)

    def _fill(self, frame: Frame, end: str, roles: Roles, references: References) -> list[Argument]:
        predicate = self._schema.predicates[frame.predicate]
        if end == "subject":
            names, types = frame.subject, frame.subject_types or predicate.subject
        else:
            names, types = frame.object, frame.object_types or predicate.object
        for name in names:
            found = [a for token in self._tokens(name, roles, references) for a in references.resolve(token, types)]
            if found:
                return found
        return []

    @staticmethod
    def _tokens(name: str, roles: Roles, references: References) -> list[Token]:
        """Return the fillers of a role; "object/of" is what an "of" behind the object brings."""
        first, *rest = name.split("/")
        tokens = list(roles.get(first, ()))
        for step in rest:
            tokens = [inner for token in tokens if references.at(token) is None for inner in noun_roles(token)[step]]
        return tokens

    def _fits(self, frame: Frame, subject: Span, obj: Span) -> bool:
        if frame.subject_types and subject.label_ not in frame.subject_types:
            return False
        if frame.object_types and obj.label_ not in frame.object_types:
            return False
        return self._schema.allows(frame.predicate, subject.label_, obj.label_)

    # --- names side by side ----------------------------------------------------------------------------------------

    def _beside(self, mention: Span, references: References) -> Iterator[Found]:
        """Read "A's B", "the A B" and "B in A" around the mention B."""
        root = mention.root
        head = root.head
        first = first_of_list(root)  # "A and B in Oslo" is said of B, whichever the parse ties it to
        listed = first.children if first != root and references.at(first) is not None else ()
        described = root.dep_ in {"compound", "nmod"} and references.at(head) is None and self._names_kind(head)
        own = (*root.children, *(head.children if described else ()))  # "A's B database"
        for child in (*listed, *own):
            if child.dep_ == "prep" and child.i == mention.end:  # behind a list it tells of the last name only
                yield from self._after(mention, child, references)
        for child in own:
            other = references.at(child)
            if other is None or other == mention or child.i >= mention.start:
                continue
            if child.dep_ == "poss":
                yield from self._pair(FrameKind.POSSESSIVE, {"owner": other, "owned": mention}, child)
            elif child.dep_ in {"amod", "nmod", "compound"}:
                yield from self._pair(FrameKind.COMPOUND, {"modifier": other, "head": mention}, child)

    def _names_kind(self, noun: Token) -> bool:
        return noun.lemma_.lower() in self._cues.nominals

    def _after(self, mention: Span, prep: Token, references: References) -> Iterator[Found]:
        word = load_words(prep.lang_).preposition(prep.lower_)
        frames = self._by_word.get((FrameKind.PREPOSITION, word), ())
        for child in prep.children if frames else ():
            if child.dep_ != "pobj":
                continue
            for frame in frames:
                predicate = self._schema.predicates[frame.predicate]
                types = frame.object_types or predicate.object
                if "object" in frame.subject:  # "B of A" says that A made B
                    types = frame.subject_types or predicate.subject
                for other in references.resolve(child, types):
                    yield from self._one(frame, {"head": Argument(mention), "object": other}, prep)

    def _pair(self, kind: FrameKind, spans: dict[str, Span], trigger: Token) -> Iterator[Found]:
        for frame in self._plain[kind]:
            yield from self._one(frame, {role: Argument(span) for role, span in spans.items()}, trigger)

    def _one(self, frame: Frame, arguments: dict[str, Argument], trigger: Token) -> Iterator[Found]:
        subject = next((arguments[role] for role in frame.subject if role in arguments), None)
        obj = next((arguments[role] for role in frame.object if role in arguments), None)
        if subject and obj and subject.mention != obj.mention and self._fits(frame, subject.mention, obj.mention):
            yield Found(frame, subject, obj, trigger, (trigger,))

    # --- titles and affiliation lines ------------------------------------------------------------------------------

    def _titles(self, doc: Doc, references: References) -> Iterator[Found]:
        """Read "Hordaland University vice president Jon Dahl"."""
        for person in references.mentions:
            if person.label_ != "Person":
                continue
            trigger, index = None, person.start - 1
            while index >= max(0, person.start - _TITLE_REACH) and references.at(doc[index]) is None:
                token = doc[index]
                if token.is_sent_start and index + 1 < person.start and token.is_punct:
                    break
                if token.pos_ not in {"NOUN", "ADJ", "PROPN", "CCONJ", "PART"} and token.text not in {"-", ","}:
                    break
                trigger = trigger or (token if (FrameKind.TITLE, self.lemma(token)) in self._by_word else None)
                index -= 1
            body = references.at(doc[index]) if trigger is not None and index >= 0 else None
            if trigger is None or body is None or body.label_ != "Organization" or body.sent != person.sent:
                continue
            for frame in self._by_word[FrameKind.TITLE, self.lemma(trigger)]:
                yield from self._one(frame, {"person": Argument(person), "body": Argument(body)}, trigger)

    def _line(self, doc: Doc, references: References) -> Iterator[Found]:
        """Read the institutions under the title of a paper."""
        line = affiliation_line(text_of(doc), doc._.paragraphs)
        if line is None or references.paper is None:
            return
        for mention in references.mentions:
            if line.start <= mention.start_char < line.end:
                yield from self._pair(FrameKind.LINE, {"paper": references.paper, "body": mention}, doc[mention.start])

    # --- names tied by where they stand ----------------------------------------------------------------------------

    def _layout(self, doc: Doc, references: References) -> Iterator[Found]:
        for head, aside in asides(references.mentions):
            yield from self._pair(FrameKind.ASIDE, {"head": head, "aside": aside}, doc[aside.start])
        for modifier, head in descriptions(references.mentions):
            yield from self._pair(FrameKind.DESCRIPTION, {"head": head, "modifier": modifier}, doc[modifier.start])
        for unit, whole in units(doc, references.mentions):
            yield from self._pair(FrameKind.LINE, {"unit": unit, "whole": whole}, doc[whole.start])
        for body, place in addresses(doc, references.mentions):
            yield from self._pair(FrameKind.LINE, {"body": body, "place": place}, doc[place.start])

    def _experiments(self, doc: Doc, references: References) -> Iterator[Found]:
        """Read what a paper's own experiments use: names behind "on", "with", "using" in a sentence that tells them."""
        paper = references.paper
        if paper is None:
            return
        model = own_model(doc, references.mentions, paper)
        for frame in self._plain[FrameKind.PAPER]:
            words = frozenset(frame.triggers)
            for sentence in doc.sents:
                here = [m for m in references.mentions if sentence.start <= m.start < sentence.end]
                named = [m for m in here if not paper.text.startswith(m.text)]  # the paper itself, or its own product
                trigger = own_work(sentence, paper, words) if named else None
                if trigger is None:
                    continue
                ends = {"paper": Argument(paper)}
                if model is not None and tells_of_model(sentence, here, model):
                    ends["model"] = Argument(model)
                for span in named:
                    if not set_apart(span):
                        yield from self._one(frame, {**ends, "named": Argument(span)}, trigger)
