"""When it happened: dates of the words that belong to a trigger, as EDTF (ISO 8601-2)."""

import re
from dataclasses import dataclass

from spacy.tokens import Span, Token

_MONTHS = {
    name: number
    for number, names in enumerate(
        ("january jan", "february feb", "march mar", "april apr", "may", "june jun", "july jul", "august aug",
         "september sep sept", "october oct", "november nov", "december dec"),
        start=1,
    )
    for name in names.split()
}  # fmt: skip
_MONTH = "(?P<{0}>" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")\.?"
_YEAR = r"(?P<{0}>(?:19[5-9]|20[0-4])\d)"
_DATE = re.compile(
    r"\b(?:(?P<iso>(?:19|20)\d\d-\d\d-\d\d)"
    rf"|(?P<day>\d{{1,2}})(?:st|nd|rd|th)? (?:of )?{_MONTH.format('month')},? {_YEAR.format('year')}"
    rf"|{_MONTH.format('month2')} (?P<day2>\d{{1,2}})(?:st|nd|rd|th)?,? {_YEAR.format('year2')}"
    rf"|{_MONTH.format('month3')},? (?:of )?{_YEAR.format('year3')}"
    rf"|{_YEAR.format('year4')}(?!\s?(?:images|people|photos|faces|subjects|cameras|identities|videos|[%-]))"
    r")\b",
    re.IGNORECASE,
)
_RANGE = re.compile(r"(?:^|\b)(?:between|from)\s*$", re.IGNORECASE)
_JOIN = re.compile(r"\s*(?:and|to|until|till|-|–|—)\s*", re.IGNORECASE)
_OPEN_END = re.compile(r"\b(?:until|till|up to|through|before|by)\s*(?:the end of\s*)?$", re.IGNORECASE)
_TIED = re.compile(
    r"\b(?:in|on|during|of|early|late|mid|until|till|since|between|from|by|before|after|through|dated|back"
    r"|and|to|around|circa)[\s-]*(?:the end of |the |early |late )*$|[(,]\s*$|^$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Dated:
    """A time and the words that give it (characters of the document)."""

    edtf: str
    start: int
    end: int


def dates(words: str, offset: int = 0) -> list[Dated]:
    """Return the dates in `words`; a pair joined by "and", "to" or a dash is one interval.

    >>> [found.edtf for found in dates("between March 2016 and 2019")]
    ['2016-03/2019']
    """
    found: list[Dated] = []
    matches = list(_DATE.finditer(words))
    index = 0
    while index < len(matches):
        match = matches[index]
        before = words[: match.start()]
        first, end = _edtf(match), match.end()
        if not _TIED.search(before):
            index += 1
            continue
        following = matches[index + 1] if index + 1 < len(matches) else None
        joint = words[match.end() : following.start()] if following else ""
        if following and _JOIN.fullmatch(joint) and (_RANGE.search(before) or "-" in joint or "–" in joint):
            first, end = f"{first}/{_edtf(following)}", following.end()
            index += 1
        elif opening := _OPEN_END.search(before):
            if opening.group().split()[0].lower() != "by":
                first = f"../{first}"
        elif re.search(r"\bsince\s*$", before, re.IGNORECASE):
            first = f"{first}/.."
        found.append(Dated(first, offset + match.start(), offset + end))
        index += 1
    return found


def _edtf(match: re.Match[str]) -> str:
    if match["iso"]:
        return match["iso"]
    year = match["year"] or match["year2"] or match["year3"] or match["year4"]
    name = match["month"] or match["month2"] or match["month3"]
    day = match["day"] or match["day2"]
    month = f"-{_MONTHS[name.lower()]:02d}" if name else ""
    return f"{year}{month}" + (f"-{int(day):02d}" if day and 1 <= int(day) <= 31 else "")


def happened(trigger: Token, sentence: Span, speech: frozenset[str]) -> Dated | None:
    """Return the one date that belongs to the trigger's clause; two different ones are none.

    A date belongs to the nearest verb above it; the date of a verb of saying is when it was said.
    """
    owners = {trigger.i}
    if trigger.pos_ not in {"VERB", "AUX"}:
        verb = _verb_above(trigger)
        owners.update({verb.i} if verb is not None and verb.lemma_ not in speech else set())
    elif trigger.dep_ in {"xcomp", "pcomp"} and trigger.head.lemma_ not in speech:
        owners.add(trigger.head.i)
    found = []
    for dated in dates(sentence.text, sentence.start_char):
        span = sentence.doc.char_span(dated.start, dated.end, alignment_mode="expand")
        if span is None:
            continue
        verb = _verb_above(span.root)
        if span.root.i in owners or (verb is not None and verb.i in owners) or _under(span.root, trigger):
            found.append(dated)
    return found[0] if len({dated.edtf for dated in found}) == 1 else None


def _under(token: Token, trigger: Token) -> bool:
    """Return whether the date hangs on the trigger itself without another verb between: "its purchase in 2019"."""
    while token.head != token:
        token = token.head
        if token == trigger:
            return True
        if token.pos_ in {"VERB", "AUX"}:
            return False
    return False


def _verb_above(token: Token) -> Token | None:
    while token.head != token:
        token = token.head
        if token.pos_ in {"VERB", "AUX"} and token.dep_ not in {"aux", "auxpass"}:
            return token
    return token if token.pos_ in {"VERB", "AUX"} else None
