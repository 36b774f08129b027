"""Authors and their institutions, from the lines between a paper's title and its abstract and from its notes.

Who belongs where is only said where the paper shows it: by marks, by one box an author, by brackets, by a note
("A. Vos is with …"), or because there is only one institution. Otherwise the institutions are the paper's alone.
"""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from ingest.papers.names import (
    MARK,
    MARKS,
    ORCID,
    is_body,
    is_inner,
    is_person,
    is_place,
    is_post,
    without_ranks,
)
from ingest.papers.outline import Outline

_LINE = re.compile(r"[^\n]+")
_SPLIT = re.compile(r"\s*(?:,|;|\band\b|&|\bet\b|\bund\b|·|•|\|)\s*")
_ORDINAL = re.compile(r"\d{1,2}(?:st|nd|rd|th)\s+|(?:by|authors?:|dr\.?|prof(?:essor|\.)?)\s+", re.IGNORECASE)
_MAIL = re.compile(r"\S*@\S+|\{[^}\n]{1,200}\}@?\S*")
_BRACKETS = re.compile(r"\(([^()\n]{3,200})\)")
_LEAD = re.compile(rf"\s*(?:{MARK}(?:\s?,?\s?{MARK})*|\(?\d{{1,2}}\)?(?=[\sA-ZÀ-Þ])|[a-h](?=[A-ZÀ-Þ ]))\s*")
_INSIDE = re.compile(rf"(?:(?<=\s)|(?<=[,;.])){MARK}+\s*(?=\w)")
_PIECE = re.compile(
    r"(?:(?<=University of )(?:California|Illinois|Texas|Maryland|Massachusetts|North Carolina|Colorado"
    r"|Wisconsin), [A-Z][\w. -]+"
    r"|[^;,•|·\n]|,(?= ?(?:Ltd|Inc|LLC|Corp|Co)\b))+"
)
_WITH = re.compile(r"(?:is|are|was|were)(?: also| both| all)?(?: now)? (?:with|at)(?: the)? ")
_SAYS = re.compile(
    r"\b(?:we|is|are|was|were|has|have|this|our|that|which|contributed|corresponding|equal)\b", re.IGNORECASE
)
_LED = re.compile(
    r"^(?:(?:is |are )?(?:also |currently |now )?(?:at|with)|present(?:ly)? address:?|on leave from) (?:the )?",
    re.IGNORECASE,
)
_UNIT = re.compile(r"\b(?:Institut\w*|Lab|Laborator\w+|Cent(?:re|er)|Group)\b")
_WHOLE = re.compile(r"\b(?:Univ\w+|Academy|Corporation|College|Institutes? of (?:Advanced )?Technology|Polytechnic)\b")
_PARAGRAPH = re.compile(r"[^\n]{8,1500}")
_PROSE = re.compile(r"(?<=[a-z)]{2})\. [A-Z][a-z]+ [a-z]")
_STOP = re.compile(r"\(?e-?mails?\b|\.(?=\s|$)(?<!Inc\.)(?<!Ltd\.)|\(", re.IGNORECASE)
_LONGEST = 800  # characters of a line of names or addresses
_MOST_LINES = 300  # of one paragraph
_FIRST_PAGE = 9_000  # characters in which notes to names are looked for


@dataclass(frozen=True, slots=True)
class Body:
    """An institution and where it is named."""

    name: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Author:
    """An author, where the name stands, and the institutions that the paper shows to be theirs."""

    name: str
    start: int
    end: int
    bodies: tuple[Body, ...] = ()


@dataclass(frozen=True, slots=True)
class Front:
    """All that the front of a paper tells: `parts` ties a unit to its whole, `places` an institution to its country."""

    authors: tuple[Author, ...]
    bodies: tuple[Body, ...]
    parts: tuple[tuple[Body, Body], ...] = ()
    places: tuple[tuple[Body, Body], ...] = ()


@dataclass(slots=True)
class _Named:
    name: str
    start: int
    end: int
    marks: frozenset[str]
    group: int
    bodies: list[Body] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Address:
    marks: frozenset[str]
    bodies: tuple[Body, ...]
    group: int
    place: Body | None = None


def read_front(text: str, parts: Outline) -> Front:
    """Return authors and institutions of the paper whose parts are `parts`."""
    authors: list[_Named] = []
    addresses: list[_Address] = []
    group = 0
    for start, end in parts.front:
        lines = [m.span() for m in islice(_LINE.finditer(text, start, end), _MOST_LINES) if len(m[0]) <= _LONGEST]
        placed = False
        for a, b in lines:
            cut = _behind_names(text, a, b)
            if cut:  # "BEN TROVATO, Institute for Clarity, USA"
                group += bool(addresses and addresses[-1].group == group)
                authors.extend(_people(text, a, cut, group))
                addresses.extend(_addresses(text, cut, b, group))
                placed = False
                continue
            found = list(_people(text, a, b, group)) if not _is_address(text[a:b]) else []
            if found and not (placed and _after_address(found, authors)):
                if addresses and addresses[-1].group == group:
                    group += 1
                    found = list(_people(text, a, b, group))
                authors.extend(found)
                placed = False
                continue
            here = list(_addresses(text, a, b, group))
            placed = placed or bool(here)
            addresses.extend(here)
    taken = {mark for address in addresses for mark in address.marks}
    open_marks = {mark for author in authors for mark in author.marks} - taken
    notes = list(_notes(text, parts, open_marks)) if authors else []
    addresses.extend(address for _, address in notes)
    _bind(authors, addresses)
    for names, address in notes:
        for author in authors:
            if any(author.name.split()[-1] == name.split()[-1] for name in names):
                author.bodies.extend(body for body in address.bodies if body not in author.bodies)
    bodies = {body.name.casefold(): body for address in reversed(addresses) for body in reversed(address.bodies)}
    people = tuple(Author(a.name, a.start, a.end, tuple(dict.fromkeys(a.bodies))) for a in _once(authors))
    kept = tuple(sorted(bodies.values(), key=lambda body: body.start))
    firsts = [address for address in addresses if any(body in kept for body in address.bodies)]
    units = tuple(tie for address in firsts for tie in _units(text, address))
    places = tuple((address.bodies[-1], address.place) for address in firsts if address.place is not None)
    return Front(people, kept, units, places)


def _units(text: str, address: _Address) -> Iterator[tuple[Body, Body]]:
    """Yield (unit, whole) for "Vision Laboratory, Norvale University": one comma apart, the second a whole body."""
    for unit, whole in pairwise(address.bodies):
        near = text[unit.end : whole.start].strip() in {",", "at", "of"}
        if near and _UNIT.search(unit.name) and not _WHOLE.search(unit.name) and _WHOLE.search(whole.name):
            yield unit, whole


def _once(authors: Sequence[_Named]) -> list[_Named]:
    seen: dict[str, _Named] = {}
    for author in authors:
        seen.setdefault(author.name.casefold(), author)
    return list(seen.values())


def _after_address(found: Sequence[_Named], authors: Sequence[_Named]) -> bool:
    """A lone "name" without a mark under an address, where the others have marks, is a town or a street."""
    return any(author.marks for author in authors) and not any(person.marks for person in found)


def _behind_names(text: str, start: int, end: int) -> int:
    """Where on a line that begins with names and goes on with an institution the institution begins; else 0."""
    if _LEAD.match(text, start, end):
        return 0
    persons = 0
    for a, _, b in _pieces(text[start:end]):
        words = text[start + a : start + b].strip()
        if is_person(words):
            persons += 1
        elif persons and is_body(words) and not _BRACKETS.search(text, start, end):
            return start + a
        elif words:
            return 0
    return 0


def _is_address(line: str) -> bool:
    if _MAIL.search(line) and not is_person(_SPLIT.split(MARKS.sub(",", _MAIL.sub("", line)).strip())[0]):
        return True
    bare = _BRACKETS.sub(" ", line)
    lead = _LEAD.match(bare)
    pieces = [piece for piece in _SPLIT.split(MARKS.sub(",", bare)) if piece.strip()]
    if lead and lead.end() and not any(is_person(piece) for piece in pieces[:1]):
        return True
    return any(is_body(piece) and not is_person(piece) for piece in pieces[:4])


def _people(text: str, start: int, end: int, group: int) -> Iterator[_Named]:
    """Yield the persons of a line; nothing when a good part of it is no name."""
    line = without_ranks(ORCID.sub(lambda m: " " * len(m[0]), _MAIL.sub(lambda m: " " * len(m[0]), text[start:end])))
    bracketed = {m.start(): m for m in _BRACKETS.finditer(line)}
    flat = _BRACKETS.sub(lambda m: "," + " " * (len(m[0]) - 1), line)
    found, missed = [], 0
    position = 0
    for piece, marks, stop in _pieces(flat):
        words = flat[piece:stop].strip()
        lead = _ORDINAL.match(words)
        words = words[lead.end() :] if lead else words
        if not words:
            continue
        if is_person(words):
            a = start + flat.index(words, piece)
            person = _Named(words, a, a + len(words), marks, group)
            near = next((m for at, m in bracketed.items() if 0 <= at - stop <= 2), None)
            if near is not None:
                person.bodies.extend(_bodies(text, start + near.start(1), start + near.end(1)))
            found.append(person)
        elif not is_place(words) and any(map(str.isalpha, words)):
            missed += 1
        position = stop
    del position
    if found and missed <= len(found) // 2:
        yield from found


def _pieces(line: str) -> Iterator[tuple[int, frozenset[str], int]]:
    """Yield (start, marks behind it, end) of what separators and marks part."""
    cuts = sorted(
        [(m.start(), m.end(), _marks(m[0])) for m in MARKS.finditer(line)]
        + [(m.start(), m.end(), frozenset[str]()) for m in _SPLIT.finditer(line)],
        key=lambda cut: (cut[0], -cut[1]),
    )
    position = 0
    for start, end, marks in cuts:
        if start < position:
            continue
        yield position, marks, start
        position = end
    yield position, frozenset(), len(line)


def _marks(words: str) -> frozenset[str]:
    return frozenset(char.replace("∗", "*") for char in words if re.match(MARK, char))


def _addresses(text: str, start: int, end: int, group: int) -> Iterator[_Address]:
    """Yield the institutions of a line; a mark within it begins another address."""
    cuts = [start, *(start + m.start() for m in _INSIDE.finditer(text[start:end]) if m.start()), end]
    for a, b in pairwise(cuts):
        lead = _LEAD.match(text[a:b])
        marks = _marks(lead[0]) or frozenset(lead[0].strip(" ()")) if lead else frozenset[str]()
        begin = a + (lead.end() if lead else 0)
        bodies = tuple(_bodies(text, begin, b, marked=bool(lead)))
        if bodies:
            yield _Address(_raised(marks), bodies, group, _place(text, bodies[-1].end, b))


def _place(text: str, start: int, end: int) -> Body | None:
    """The last place that the gazetteer lists behind the last institution of an address."""
    for match in reversed(list(_PIECE.finditer(text, start, end))):
        words = match[0].strip(" .,()")
        if is_place(words):
            at = match.start() + match[0].index(words)
            return Body(words, at, at + len(words))
    return None


_AS_RAISED = str.maketrans("0123456789abcdefgh", "⁰¹²³⁴⁵⁶⁷⁸⁹ᵃᵇᶜᵈᵉᶠᵍʰ")


def _raised(marks: frozenset[str]) -> frozenset[str]:
    return frozenset(mark.translate(_AS_RAISED) for mark in marks)


def _bodies(text: str, start: int, end: int, *, marked: bool = False) -> Iterator[Body]:
    """Yield the institutions of an address: whole ones, with institutes and laboratories, without departments."""
    line = _MAIL.sub(lambda m: " " * len(m[0]), text[start:end])
    pieces = []
    for match in _PIECE.finditer(line):
        words = _LED.sub("", match[0].partition(" (")[0].strip(" .()"))
        if len(words) > 2 and any(map(str.isupper, words)) and len(words) < 120:
            at = start + match.start() + match[0].index(words)
            pieces.append((words, at))
    if any(_SAYS.search(words) for words, _ in pieces):
        return
    named = [(words, at) for words, at in pieces if is_body(words) and not is_inner(words) and not is_place(words)]
    if not named and marked and pieces and _is_firm(pieces[0][0]):
        named = pieces[:1]  # a firm without a telling word: the mark says that it is an address
    for words, at in named:
        yield Body(words, at, at + len(words))


def _is_firm(words: str) -> bool:
    """Whether words without a telling one may name a firm: capitals, no digits, no place, no post."""
    small = [word for word in words.split() if word[0].islower() and word not in {"of", "the", "and", "for", "de"}]
    if small or is_place(words) or is_inner(words) or is_post(words) or any(map(str.isdigit, words)):
        return False
    return ":" not in words and len(words.split()) <= 5


def _notes(text: str, parts: Outline, marks: Collection[str]) -> Iterator[tuple[tuple[str, ...], _Address]]:
    """Yield addresses in notes: "†University of X", and "A. Vos and S. Obi are with the Department of X, Y." """
    first = parts.front[-1][1] if parts.front else (parts.title[1] if parts.title else 0)
    last = min(parts.references[0][0] if parts.references else len(text), first + _FIRST_PAGE)
    for match in _PARAGRAPH.finditer(text, first, last):
        start, end = match.span()
        lead = _LEAD.match(text, start, min(end, start + 12))
        marked = lead is not None and re.match(MARK, lead[0].strip()) is not None
        if marked and end - start < 300 and not _PROSE.search(match[0]):
            found = (a for a in _addresses(text, start, end, -1) if a.marks & set(marks))
            yield from (((), a) for a in found if any(is_body(body.name) for body in a.bodies))
        for said in _WITH.finditer(text, start, end):
            names = _names_before(text[max(start, said.start() - 200) : said.start()])
            stop = _STOP.search(text, said.end(), end)
            bodies = tuple(_bodies(text, said.end(), stop.start() if stop else end))
            if names and bodies:
                yield names, _Address(frozenset(), bodies, -1)


def _names_before(words: str) -> tuple[str, ...]:
    """The persons at the end of the words before "is with": initials hold full stops, so no sentence is cut."""
    found = []
    for piece in reversed(_SPLIT.split(words[-160:])):
        for tail in (piece, piece.rpartition(") ")[2], " ".join(piece.split()[-3:]), " ".join(piece.split()[-2:])):
            if is_person(tail):
                found.append(tail)
                break
        else:
            break
    return tuple(found)


def _bind(authors: Sequence[_Named], addresses: Sequence[_Address]) -> None:
    """Give each author the institutions that marks, boxes, or the lack of a choice show."""
    marked = {mark for address in addresses for mark in address.marks}
    for author in authors:
        shared = author.marks & marked
        if shared:
            author.bodies.extend(b for address in addresses if address.marks & shared for b in address.bodies)
    if any(author.bodies for author in authors):
        return
    plain = [address for address in addresses if not address.marks and address.group >= 0]
    groups = {author.group for author in authors}
    for group in groups:
        inside = [author for author in authors if author.group == group]
        bodies = [body for address in plain if address.group == group for body in address.bodies]
        wholes = [body for body in bodies if not re.match(r"Institut|Lab|Cent", body.name)] or bodies
        if len(inside) == 1 or len({body.name for body in wholes}) == 1:
            for author in inside:
                author.bodies.extend(bodies)
