"""Who says it: subjects of verbs of saying, "according to", asides ("…, two papers report, …"), quotes, dialogue."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from spacy.tokens import Doc, Span, Token

from graph.enums import Modality
from ingest.components.arguments import is_passive
from ingest.components.clauses import VERBAL, part_of
from ingest.components.names import mention_at
from ingest.components.paragraphs import paragraph_of, text_of
from ingest.rules import CueTable, load_words

_OPEN_QUOTES, _CLOSE_QUOTES = "“„«", "”»"
_CUT = {"relcl", "appos", "punct", "advcl", "cc", "conj"}
_ACCORDING = {"prep", "advmod", "advcl", "acl", "amod", "csubj", "ROOT"}
_BORDERS = {",", ";", ":", "(", ")", "–", "—", "-", "--", '"', "“", "”", "„", "«", "»"}
_MAIN_SUBJECTS = {"nsubj", "nsubjpass"}
_FINITE = {"VBD", "VBZ", "VBP"}
_TURN = re.compile(r"(?:^|[.?!\n]\s+)((?:[A-Z]|[A-Z][A-Z.' -]{2,40})):\s")
_DATELINE = re.compile(r"[^\W\d_][\w .,'’-]{1,40}?(?:\s[-–—]\s|:\s)")
_PEOPLE = {"PERSON", "PER"}
_THAT = {"that"}
_LISTING = {",", ";", "and", "or"}
_TOLD = {"tell", "inform", "assure"}  # verbs whose object is who is told
_QUOTE_REACH = 3  # sentences between a quotation and its verb of saying


@dataclass(frozen=True, slots=True)
class Attribution:
    """A speaker, if one is named, with the word that shows it and what that word makes of the claim."""

    speaker: Span | None
    modality: Modality
    word: Token


class SpeakerReader:
    """Finds speakers in one language."""

    def __init__(self, cues: CueTable) -> None:
        self._cues = cues

    # --- verbs and phrases -----------------------------------------------------------------------------------------

    def of_verb(self, verb: Token) -> Span | None:
        """Return the phrase of who says what follows the verb: its subject, also over a list of verbs."""
        subjects = [child for child in verb.children if child.dep_ in {"nsubj", "csubj"}]
        if not subjects and verb.dep_ in {"conj", "xcomp", "advcl"} and verb.head.pos_ in VERBAL:
            return self.of_verb(verb.head)
        if subjects and subjects[0].lower_ in load_words(verb.lang_).persons_relative and verb.dep_ == "relcl":
            return phrase(verb.head)
        if not subjects and verb.dep_ == "acl":
            return phrase(verb.head)
        dateline = _DATELINE.match(verb.sent.text)
        start = verb.sent.start_char
        if dateline and start + dateline.end() <= verb.idx:
            start += dateline.end()
        if subjects and (subjects[0].idx >= start or subjects[0].i > verb.i):
            return phrase(self._antecedent(subjects[0]) or subjects[0])
        if verb.tag_ not in _FINITE:
            return None
        first = max((t.i + 1 for t in verb.sent if t.i < verb.i and t.text in _BORDERS), default=verb.sent.start)
        return _first_phrase([t for t in verb.doc[first : verb.i] if t.idx >= start])

    def _antecedent(self, pronoun: Token) -> Token | None:
        """Return the subject that "it" or "they" take up: of a clause before it in the sentence, or of the last one."""
        if pronoun.lower_ not in self._cues.takers:
            return None
        plural = self._cues.takers[pronoun.lower_] == "Plur"
        sentence = pronoun.sent
        before = [t for t in sentence if t.i < pronoun.i]
        personal = self._cues.pronouns.get(pronoun.lower_) == (
            "Person",
        )  # a text has many people: "she" of another sentence may be any of them
        if not personal and not any(t.dep_ in _MAIN_SUBJECTS for t in before) and sentence.start:
            last = sentence.doc[sentence.start - 1].sent
            if paragraph_of(sentence.doc, last.start_char) == paragraph_of(sentence.doc, sentence.start_char):
                before = list(last)
        subjects = [t for t in before if t.dep_ in _MAIN_SUBJECTS and t.pos_ in {"NOUN", "PROPN"}]
        subjects = [
            t
            for t in subjects
            if t.head.dep_ in {"ROOT", "conj"}
            or (t.head.dep_ == "ccomp" and t.head.head.dep_ == "ROOT")  # "X will not sell it, it said"; "…; …"
            or t.head.lemma_.lower() in self._cues.speech
        ]
        fits = [
            t
            for t in subjects
            if plural == (t.tag_ in {"NNS", "NNPS"} or bool(list(t.conjuncts))) and _may_be(t, personal=personal)
        ]
        return fits[0] if fits else None

    def of_agent(self, verb: Token) -> Span | None:
        """Return the phrase of who says it with a passive verb: "by the regulator", "in a lawsuit"."""
        words = load_words(verb.lang_)
        for child in verb.children:
            by, inside = child.lower_ in words.agent, child.lower_ in words.agent_document
            if child.dep_ in {"agent", "prep"} and (by or inside):
                objects = [inner for inner in child.children if inner.dep_ == "pobj"]
                if objects and (by or objects[0].lemma_.lower() in words.documents):
                    return phrase(objects[0])
        return None

    def is_own(self, speaker: Span | None) -> bool:
        """Return whether the writer speaks ("we show that"): then nobody else is needed to believe it."""
        if speaker is None:
            return False
        return speaker.text.casefold() in self._cues.own or speaker.root.lemma_.lower() in self._cues.own

    # --- the sentence ----------------------------------------------------------------------------------------------

    def beside(self, trigger: Token, ends: Sequence[Span] = ()) -> Iterator[Attribution]:
        """Yield the attributions that stand beside the trigger's clause, in the same part of the sentence.

        Who is named in the attribution itself ("according to an audit by the agency") is said in passing.
        """
        words = load_words(trigger.lang_)
        for token in trigger.sent:
            found: Token | None = None
            if token.lower_ in words.according and token.dep_ in _ACCORDING:
                found = next(
                    (t for t in token.subtree if t.dep_ == "pobj" and t.head.lower_ in words.according_to), None
                )
            elif token.lemma_.lower() in self._cues.accounts:
                found = _owner(token)
            speaker = phrase(found) if found is not None else self._behind(token)
            if speaker is None or not _reaches(token, token, trigger):
                continue
            if not any(speaker.start <= word.i < speaker.end for word in (trigger, *(end.root for end in ends))):
                yield Attribution(speaker, Modality.REPORTED, token)
        yield from self._asides(trigger)

    def listed(self, trigger: Token) -> Attribution | None:
        """Return who says a later member of a list: "she said that …, that …, and that …"."""
        marks = (c for t in (trigger, *trigger.ancestors) if t.dep_ != "relcl" for c in t.children if c.dep_ == "mark")
        mark = next((c for c in marks if c.lower_ in _THAT), None)
        if mark is None or mark.i == mark.sent.start or mark.nbor(-1).lower_ not in _LISTING:
            return None
        for verb in reversed(mark.doc[mark.sent.start : mark.i]):
            after = verb.doc[verb.i + 1 : mark.i]
            says = verb.pos_ == "VERB" and verb.lemma_.lower() in self._cues.speech
            if says and any(token.lower_ == mark.lower_ for token in after):
                speaker = self.of_verb(verb)
                return Attribution(speaker, self._cues.speech[verb.lemma_.lower()], verb) if speaker else None
        return None

    def _behind(self, word: Token) -> Span | None:
        """Return the phrase behind "according to" where the parse takes it for something else."""
        words = load_words(word.lang_)
        after = word.doc[word.i + 1 : word.sent.end]
        if word.lower_ not in words.according or not len(after) or after[0].lower_ not in words.according_to:
            return None
        end = next((token.i for token in after if token.text in _BORDERS or token.text in ".!?"), word.sent.end)
        return _first_phrase([token for token in after if token.i - word.i - 1 > 0 and token.i < end])

    def _asides(self, trigger: Token) -> Iterator[Attribution]:
        """Read "…, two newspapers report, …" and "…, said Lena Marsh.", which a parser may take for the main clause."""
        for chunk in _chunks(trigger.sent):
            if chunk.start <= trigger.i < chunk.end or not _reaches(chunk[0], chunk[-1], trigger):
                continue
            words = [t for t in chunk if not t.is_space]
            while words and (words[0].pos_ in {"CCONJ", "SCONJ", "ADV"} or words[0].lower_ in {"as", "that"}):
                words = words[1:]
            verbs = [t for t in words if t.pos_ == "VERB" and t.dep_ not in {"amod", "acl", "compound"}]
            if len(verbs) != 1 or verbs[0].lemma_.lower() not in self._cues.speech:
                continue
            found = self._aside(verbs[0], words, chunk)
            if found is not None:
                yield found

    def _aside(self, verb: Token, words: list[Token], chunk: Span) -> Attribution | None:
        modality = self._cues.speech[verb.lemma_.lower()]
        if is_passive(verb):  # "it is alleged by former guards"
            if words[0].lower_ != "it":
                return None
            bare = verb.lemma_.lower() in load_words(verb.lang_).bare_passive
            return Attribution(self.of_agent(verb), Modality.ALLEGED if bare else modality, verb)
        told = verb.tag_ == "VBN" and any(child.dep_ in {"aux", "nsubj"} for child in verb.children)
        if not (verb.tag_ in _FINITE or told) or not self._bare(verb, words):
            return None
        before = [t for t in words if t.i < verb.i]
        after = [t for t in words if t.i > verb.i]
        speaker = self._subject_in(verb, chunk) or _first_phrase(before, whole=True) or _first_phrase(after)
        if speaker is None or speaker.root.lower_ in self._cues.nothings:
            return None
        return Attribution(speaker, modality, verb)

    def _subject_in(self, verb: Token, chunk: Span) -> Span | None:
        for child in verb.children:
            if child.dep_ == "nsubj" and chunk.start <= child.i < chunk.end:
                return phrase(self._antecedent(child) or child)
        return None

    def _bare(self, verb: Token, words: list[Token]) -> bool:
        """Return whether the verb says nothing itself: no object behind it but who is told, and when."""
        before = [t for t in words if t.i < verb.i]
        after = [t for t in words if t.i > verb.i]
        if not before:
            return (
                verb.lemma_.lower() not in _TOLD
                and bool(after)
                and after[0].pos_ in {"PROPN", "NOUN", "DET", "PRON", "ADJ", "NUM"}
            )
        if not any(t.pos_ in {"PROPN", "NOUN", "PRON", "NUM", "DET"} for t in before):
            return False
        if not after or after[0].pos_ in {"ADP", "ADV"} or after[0].ent_type_ in {"DATE", "TIME"}:
            return True
        return verb.lemma_.lower() in _TOLD and not any(t.lower_ == "that" for t in after)

    # --- quotations and dialogue -----------------------------------------------------------------------------------

    def quoted(self, trigger: Token) -> Attribution | None:
        """Find who is quoted: the verb of saying beside the quotation, in the sentence or its neighbours."""
        if not inside_quotes(trigger):
            return None
        doc = trigger.doc
        paragraph = paragraph_of(doc, trigger.idx)
        sentences = [s for s in doc.sents if paragraph_of(doc, s.start_char) == paragraph]
        here = next((i for i, s in enumerate(sentences) if s.start <= trigger.i < s.end), 0)
        for number in sorted(range(len(sentences)), key=lambda i: (abs(i - here), i > here)):
            if abs(number - here) > _QUOTE_REACH:
                break
            if (found := self._sayer(sentences[number])) is not None:
                return found
        if not _goes_on(doc, paragraph):
            return None
        before = [s for s in doc.sents if paragraph_of(doc, s.start_char) == paragraph - 1]
        return next((found for s in reversed(before) if (found := self._sayer(s)) is not None), None)

    def _sayer(self, sentence: Span) -> Attribution | None:
        """Return who says something with a verb of saying outside of quotation marks."""
        for token in sentence:
            lemma = token.lemma_.lower()
            if lemma in self._cues.speech and token.pos_ == "VERB" and not inside_quotes(token):
                speaker = self.of_verb(token) or (None if lemma in _TOLD else _inverted(token))
                if speaker is not None:
                    return Attribution(speaker, self._cues.speech[lemma], token)
        return None

    def dialogue(self, trigger: Token) -> Attribution | None:
        """Return whose turn it is in a dialogue: "GUEST: …", "A: …"; who asks says nothing."""
        doc = trigger.doc
        turns = list(_TURN.finditer(text_of(doc)))
        last = next((match for match in reversed(turns) if match.end() <= trigger.idx), None)
        if last is None or last[1] in self._cues.hosts:
            return None
        if last[1] not in self._cues.turns and (len(last[1]) < 3 or len({match[1] for match in turns}) < 2):
            return None
        if paragraph_of(doc, last.start(1)) != paragraph_of(doc, trigger.idx):
            return None
        span = doc.char_span(last.start(1), last.end(1), alignment_mode="expand")
        return Attribution(span, Modality.REPORTED, span[0]) if span is not None else None


def _reaches(first: Token, last: Token, trigger: Token) -> bool:
    """Return whether an attribution counts for the trigger: first and last words of a sentence do for all of it."""
    sentence = trigger.sent
    begins = all(token.is_punct or token.is_space for token in sentence.doc[sentence.start : first.i])
    ends = all(token.is_punct or token.is_space for token in sentence.doc[last.i + 1 : sentence.end])
    return begins or ends or part_of(first) == part_of(trigger)


def _owner(noun: Token) -> Token | None:
    """Return the possessor in "in the curator's words", "by his own account"."""
    if noun.dep_ != "pobj" or noun.head.lower_ not in {"in", "by"}:
        return None
    return next((child for child in noun.children if child.dep_ == "poss"), None)


def _may_be(noun: Token, *, personal: bool) -> bool:
    """Return whether a pronoun may stand for a noun: "it" for no person, a personal one ("she") for nobody else."""
    named = mention_at(noun)
    if named is None:
        return noun.pos_ != "PROPN" or noun.ent_type_ not in _PEOPLE or personal
    return bool(named.label_ == "Person") == personal


def _chunks(part: Span) -> Iterator[Span]:
    start = part.start
    for token in part:
        inside = token.text == "-" and token.i > part.start and not token.nbor(-1).whitespace_  # "Marsh-Lund"
        if (token.text in _BORDERS and not inside) or token.is_sent_end:
            if token.i > start:
                yield part.doc[start : token.i + int(bool(token.is_sent_end) and not token.is_punct)]
            start = token.i + 1
    if start < part.end:
        yield part.doc[start : part.end]


def _first_phrase(words: list[Token], *, whole: bool = False) -> Span | None:
    """Return the noun phrase with which the words begin, for verbs whose subject the parser missed.

    With `whole` the words are nothing else: "a person close to the talks" in an aside.
    """
    kept: list[Token] = []
    for token in words:
        if not whole and token.pos_ in {"ADP", "PUNCT"} and token.lower_ not in {"of", "for", "at", "from"} and kept:
            break
        if token.ent_type_ in {"DATE", "TIME"} and kept:
            break
        kept.append(token)
    if not kept or all(t.pos_ not in {"NOUN", "PROPN", "PRON", "NUM"} for t in kept):
        return None
    return kept[0].doc[kept[0].i : kept[-1].i + 1]


def _inverted(verb: Token) -> Span | None:
    """Return the name right behind a verb of saying: "…," said Lena Marsh."""
    doc, end = verb.doc, verb.i + 1
    while end < verb.sent.end and doc[end].pos_ in {"PROPN", "DET", "NOUN", "ADJ"}:
        end += 1
    return doc[verb.i + 1 : end] if end > verb.i + 1 else None


def phrase(head: Token) -> Span:
    """Return the noun phrase without what only describes it further, and without a dateline before it."""
    kept = {token.i for token in _kept(head)}
    start = end = head.i
    while start - 1 in kept:
        start -= 1
    while end + 1 in kept:
        end += 1
    span = head.doc[start : end + 1]
    dateline = _DATELINE.match(span.text)
    if dateline and start == head.sent.start:
        cut = head.doc.char_span(span.start_char + dateline.end(), span.end_char, alignment_mode="contract")
        return cut if cut is not None and len(cut) else span
    return span


def _kept(head: Token) -> Iterator[Token]:
    yield head
    for child in head.children:
        if child.dep_ in _CUT and child.i > head.i:
            if child.dep_ not in {"cc", "conj"} and not (child.text == "-" and child.i == head.i + 1):
                continue
        elif child.dep_ == "case":
            continue  # "the curator's" in "in the curator's words"
        elif child.dep_ == "punct" and child.text in {",", "“", '"', "”"}:
            continue
        yield from child.subtree


def inside_quotes(token: Token) -> bool:
    """Return whether the word stands between quotation marks of its paragraph.

    A straight mark without its partner opens a quotation only where the paragraph begins.
    """
    text, place = _paragraph(token.doc, paragraph_of(token.doc, token.idx), token.idx)
    before = text[:place]
    opened = sum(before.count(mark) for mark in _OPEN_QUOTES) - sum(before.count(mark) for mark in _CLOSE_QUOTES)
    if opened > 0:
        return True
    whole = text.count('"') % 2 == 0 or text.lstrip().startswith('"')
    return whole and before.count('"') % 2 == 1


def _paragraph(doc: Doc, number: int, offset: int = 0) -> tuple[str, int]:
    """Return the text of a paragraph and where in it the character `offset` of the document is."""
    if not doc._.paragraphs:
        return text_of(doc), offset
    paragraph = doc._.paragraphs[number]
    end = doc._.paragraphs[number + 1].start if number + 1 < len(doc._.paragraphs) else len(text_of(doc))
    return text_of(doc)[paragraph.start : end], offset - paragraph.start


def _goes_on(doc: Doc, number: int) -> bool:
    """Return whether a quotation began in the paragraph before: left open there, or announced by a colon."""
    if number == 0 or not doc._.paragraphs:
        return False
    text = _paragraph(doc, number - 1)[0].strip()
    opened = sum(map(text.count, _OPEN_QUOTES)) > sum(map(text.count, _CLOSE_QUOTES))
    return opened or text.count('"') % 2 == 1 or text.endswith(":")
