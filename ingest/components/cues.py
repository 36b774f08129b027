"""What speaks for a candidate being a name of this or that type: readable cues, each weighed in `en.weights.yml`.

A cue is a short string such as `after:Dataset` ("the X corpus"), `suffix:company` ("X GmbH") or `train_on` ("trained on
X"). Cues read words, the parse, and the model's entity label; they never look a name up.
"""

import re
from collections.abc import Iterator

from spacy.tokens import Doc, Token

from ingest.components.chunks import Candidate
from ingest.naming import NamingCues

_CAMEL = re.compile(r"[A-Z]?[a-z]+[A-Z]\w*")
_VERSION = re.compile(r"(?:v?\d+(?:\.\d+)*|\d+[kKM]|[IVX]+)")
_QUOTES = frozenset("\"'“”‘’«»„")
_SHAPES = {
    "capitals",
    "capitals+",
    "camel",
    "hyphen",
    "det:our",
    "object",
    "subject",
    "then-short",
    "in-brackets",
    "digits:one",
}
_PREPOSITIONS = frozenset(
    {"in", "on", "at", "from", "by", "with", "of", "to", "for", "via", "near", "across", "under", "against", "between"}
)


_DETERMINERS = frozenset({"a", "an", "the", "its", "our", "their"})
_NOUN_REACH = 5  # words between the noun and the name that qualifies it


class CueReader:
    """Reads the cues of candidates in one language."""

    def __init__(self, words: NamingCues) -> None:
        self._words = words

    def read(self, doc: Doc, candidate: Candidate, *, in_paper: bool = False) -> set[str]:
        """Return the cues of one candidate."""
        start, end = candidate.start, candidate.end
        cues = {"bias"}
        cues.update(self._inside(doc, start, end))
        cues.update(self._model(doc, start, end))
        cues.update(self._following(doc, start, end))
        cues.update(self._preceding(doc, start))
        cues.update(self._syntax(doc, start, end))
        if in_paper:
            cues.update(["in-paper", *(f"in-paper+{cue}" for cue in cues & _SHAPES)])
        cues.update(_joined(cues))
        return cues

    def _inside(self, doc: Doc, start: int, end: int) -> Iterator[str]:
        words = self._words
        first, last = doc[start], doc[end - 1]
        text = doc[start:end].text
        yield f"words:{min(end - start, 4)}"
        for name in words.suffix.get(last.lower_, ()):
            yield f"suffix:{name}" if end - start > 1 or name == "public" else f"only:{name}"
        for name in words.prefix.get(first.lower_, ()):
            if end - start > 1:
                yield f"prefix:{name}"
        for token in doc[start + 1 : end - 1]:
            for name in words.suffix.get(token.lower_, ()):
                if name in {"university", "institute", "public"}:
                    yield f"inside:{name}"
        yield f"ordinary:{self._ordinary(doc, start, end)}"
        if first.lower_ in words.address:
            yield "address"
        if first.lower_ in words.given_names:
            yield "given-name" if 1 < end - start < 4 else "given-name?"
        if any(_CAMEL.fullmatch(token.text) for token in doc[start:end]):
            yield "camel"
        if text.isupper() and len(text) > 1:
            yield "capitals" if text.isalpha() else "capitals+"
        if any(char.isdigit() for char in text):
            yield "digits:" + ("one" if end - start == 1 else "many")
        if "-" in text:
            yield "hyphen"
        if _VERSION.fullmatch(last.text) and end - start > 1:
            yield "version"
        if text[0].islower():
            yield "lower"
        lower = text.casefold()
        for ending in (
            "net",
            "face",
            "faces",
            "gan",
            "reid",
            "db",
            "bench",
            "hub",
            "bot",
            "cam",
            "gait",
            "voice",
            "voices",
        ):
            if lower.endswith(ending) and len(lower) > len(ending):
                yield f"ends:{ending}"
        if re.search(r"\.(?:com|org|net|io|ai|cn|ru|co|de)$", lower):
            yield "domain"
        if end - start in (2, 3) and all(t.text.istitle() or re.fullmatch(r"[A-Z]\.?", t.text) for t in doc[start:end]):
            yield "title-words"
        if re.match(r"[A-Z]\.", text):
            yield "initial"

    def _ordinary(self, doc: Doc, start: int, end: int) -> str:
        """Return whether a name is made of words that texts also write in lower case: all, some, last or none."""
        known = [token.lower_ in self._words.ordinary for token in doc[start:end] if token.is_alpha]
        if not any(known):
            return "none"
        return "all" if all(known) else "last" if known[-1] else "some"

    @staticmethod
    def _model(doc: Doc, start: int, end: int) -> Iterator[str]:
        tags = {(token.ent_type_ if token.ent_iob_ != "O" else "") for token in doc[start:end]}
        tags.discard("")
        if not tags:
            yield "model:none"
        for tag in tags:
            exact = doc[start].ent_type_ == tag and (end == len(doc) or doc[end].ent_iob_ != "I") and len(tags) == 1
            yield f"model:{tag}" if exact else f"model~{tag}"
        if all(token.pos_ != "PROPN" for token in doc[start:end]):
            yield "no-propn"

    def _following(self, doc: Doc, start: int, end: int) -> Iterator[str]:
        words, index = self._words, end
        if index < len(doc) and doc[index].text in _QUOTES:
            index += 1
            if start and doc[start - 1].text in _QUOTES:
                yield "quoted"
        if index >= len(doc):
            yield "next:end"
            return
        token = doc[index]
        if token.lower_ in {"'s", "’s", "'", "’"} and token.tag_ == "POS":
            yield "possessive"
            for other in doc[index + 1 : index + 4]:
                if "Staff" in words.after.get(other.lower_, ()):
                    yield "has-staff"
            return
        yield from self._noun_after(doc, index)
        if token.text == "(" and index + 2 < len(doc):
            if re.fullmatch(r"(?:19|20)\d\d[a-z]?", doc[index + 1].text):
                yield "then-year"
            elif doc[index + 1].text.isupper():
                yield "then-short"
        if token.text == "," and index + 2 < len(doc):
            if words.gloss(doc[index + 1].lower_) in _DETERMINERS | {"whose", "one", "another"}:
                yield from self._described(doc, index + 2, "is")
            elif "Person" in words.after.get(doc[index + 1].lower_, ()):
                yield "is:Person"
            elif doc[index + 1].lower_ in {"who", "which"}:
                yield f"then:{doc[index + 1].lower_}"
            if doc[index + 1].like_num and len(doc[index + 1].text) == 2:
                yield "then-age"
        is_a = words.gloss(token.lower_) in {"is", "was", "are", "were"} and index + 1 < len(doc)
        if is_a and words.gloss(doc[index + 1].text) in {"a", "an", "the", "one"}:
            yield from self._described(doc, index + 2, "is")
        if token.lower_ == "et" or token.lower_ == "al.":
            yield "et-al"
        if token.text == "-" and index + 1 < len(doc):
            yield "then:-based" if doc[index + 1].lower_ in {"based", "born", "headquartered"} else "then:-"

    def _noun_after(self, doc: Doc, index: int) -> Iterator[str]:
        """Read the noun that the name qualifies: "the X dataset", "X gait archive", "X's" excluded."""
        for token in doc[index : index + 3]:
            if token.pos_ not in {"NOUN", "ADJ", "PROPN", "VERB"} or not token.text[0].islower():
                return
            classes = self._words.after.get(token.lower_)
            if classes and token.pos_ == "NOUN":
                yield from (f"after:{name}" for name in classes)
                return
            if token.pos_ == "NOUN" and token.i == index:
                yield "after:other"

    def _described(self, doc: Doc, index: int, cue: str) -> Iterator[str]:
        for token in doc[index : index + 7]:
            classes = self._words.after.get(token.lower_)
            if (
                classes
                and token.pos_ in {"NOUN", "PROPN"}
                and (token.i + 1 >= len(doc) or doc[token.i + 1].pos_ != "NOUN")
            ):
                yield from (f"{cue}:{name}" for name in classes)
                return
            if token.is_punct or token.pos_ == "ADP":
                return

    def _preceding(self, doc: Doc, start: int) -> Iterator[str]:
        words, index = self._words, start - 1
        if index >= 0 and doc[index].text in _QUOTES:
            index -= 1
        if index < 0 or (doc[index].is_sent_start and doc[index].is_space):
            yield "first"
            return
        token = doc[index]
        if doc[start].is_sent_start:
            yield "first"
            return
        if token.text == "," and index:
            classes = words.after.get(doc[index - 1].lower_, ())
            yield from (f"comma-before:{name}" for name in classes)
            return
        word = words.gloss(token.lower_)
        if word in {"the", "a", "an", "this", "its", "our", "their", "his", "her", "my", "your"}:
            yield f"det:{word}"
            index -= 1
            if index >= 0 and doc[index].pos_ == "ADP":
                yield f"prep+det:{words.gloss(doc[index].lower_)}"
            yield from self._verb_before(doc, index)
            return
        if token.tag_ == "POS":
            yield "owned"
            return
        if token.lower_ in words.roles or token.lower_ in words.address:
            yield "role-before"
        noun = self._noun_before(doc, index) if words.noun_first else token.lower_
        classes = words.after.get(noun, ())
        if words.noun_first and token.pos_ == "ADP":  # "la directrice de X"
            yield from ("has-staff",) if "Staff" in classes else ()
        else:
            yield from (f"before:{name}" for name in sorted(classes))
        if word in _PREPOSITIONS:
            yield f"prep:{word}"
        if token.text == "(":
            yield "in-brackets"
        if word in {"called", "named", "dubbed", "labelled", "labeled", "titled", "entitled", "codenamed"}:
            yield "called"
            for other in doc[max(0, index - 4) : index]:
                yield from (f"called:{name}" for name in words.after.get(other.lower_, ()))
        if token.pos_ == "ADJ" and token.text[0].islower():
            yield "adjective-before"
        yield from self._verb_before(doc, index)

    def _noun_before(self, doc: Doc, index: int) -> str:
        """Return the noun that the name qualifies, in lower case: "le logiciel de reconnaissance faciale X"."""
        for token in reversed(doc[max(0, index - _NOUN_REACH) : index + 1]):
            if token.text[0].isupper() or token.pos_ not in {"NOUN", "ADJ", "ADP", "VERB"}:
                break
            if token.pos_ != "ADP" and token.lower_ in self._words.after:
                return token.lower_
            if token.pos_ == "VERB" and token.dep_ != "acl":
                break
        return ""

    def _verb_before(self, doc: Doc, index: int) -> Iterator[str]:
        """Read "trained on X", "scraped from X", "posted to X": verb up to six words back, with the preposition."""
        if index < 0 or doc[index].pos_ not in {"ADP", "SCONJ", "PART"}:
            return
        preposition = self._words.gloss(doc[index].lower_)
        for token in reversed(doc[max(0, index - 7) : index]):
            if token.pos_ in {"VERB", "NOUN", "ADJ"}:
                for name in self._words.verbs.get(token.lemma_.lower(), ()):
                    if name in {"train", "harvest", "post", "base"}:
                        yield f"{name}_{preposition}"
                        return

    def _syntax(self, doc: Doc, start: int, end: int) -> Iterator[str]:
        root = _root(doc, start, end)
        head = root.head
        relation = root.dep_
        if relation == "conj":
            yield "listed"
            while relation == "conj" and head.head is not head and head.i != root.i:
                relation, head = head.dep_, head.head
        if relation in {"nsubj", "nsubjpass"}:
            passive = relation == "nsubjpass"
            for name in self._words.verbs.get(head.lemma_.lower(), ()):
                yield f"{'object' if passive else 'subject'}:{name}"
            if not passive:
                yield "subject"
        elif relation in {"dobj", "obj"}:
            yield "object"
            for name in self._words.verbs.get(head.lemma_.lower(), ()):
                yield f"object:{name}"
        elif relation == "pobj" and head.dep_ == "agent":
            yield "agent"
        elif relation in {"oprd", "attr"} and head.lemma_.lower() in self._words.verbs:
            if "call" in self._words.verbs[head.lemma_.lower()]:
                yield "called"
        elif relation == "appos":
            yield from (f"appos-of:{name}" for name in self._words.after.get(head.lower_, ()))
        elif relation in {"compound", "nmod", "amod"} and head.i >= end:
            yield "modifier"
            yield from (f"of-head:{name}" for name in self._words.after.get(head.lower_, ()))


def _joined(cues: set[str]) -> Iterator[str]:
    """Yield pairs of cues that together say more than apart: the model's label, and what it tends to overlook."""
    labels = [cue for cue in cues if cue.startswith("model:")]
    others = [
        cue
        for cue in cues
        if cue.startswith(("ordinary:", "words:", "subject:", "prep:", "ends:", "after:", "suffix:"))
        or cue
        in {
            "in-paper",
            "camel",
            "capitals",
            "first",
            "title-words",
            "given-name",
            "possessive",
            "role-before",
            "listed",
            "modifier",
        }
    ]
    for label in labels:
        yield from (f"{label}+{other}" for other in others)


def _root(doc: Doc, start: int, end: int) -> Token:
    for token in doc[start:end]:
        if not start <= token.head.i < end or token.head is token:
            return token
    return doc[end - 1]
