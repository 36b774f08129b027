"""Entries of a list of references, in the common house styles: label, title, year, DOI and arXiv number."""

import re
from dataclasses import dataclass

_LABEL = re.compile(r"\s*(?:\[[\w+\-’' ]{1,14}\]|\(?\d{1,3}[.)](?=\s)|\d{1,3}(?=\s+[A-Z]))\s*")
_YEAR = re.compile(r"\b((?:18|19|20)\d\d)[a-z]?\b")
_DOI = re.compile(r"\b(10\.\d{4,9}/[^\s\"<>]{1,200}[^\s\"<>.,;)\]])", re.IGNORECASE)
_ARXIV = re.compile(r"arxiv[:\s]*(?:preprint\s*)?(?:arxiv[:\s]*)?(\d{4}\.\d{4,5}|[a-z-]+/\d{7})", re.IGNORECASE)
_QUOTED = re.compile(
    r"[“\"]([^”\"]{6,300}?)[,.]?[”\"]|‘‘([^’]{6,300}?)[,.]?’’|``([^'\"]{6,300}?)[,.]?(?:''|\")"
    r"|‘([A-Z][^’]{12,300}?)[,.]?’(?=[,.\s])"
)
_AFTER_YEAR = re.compile(
    r"\(((?:19|20)\d\d)[a-z]?(?:, [A-Z][a-z]+(?: \d+)?)?\)[.,:]?\s+|[.,]\s+((?:19|20)\d\d)[a-z]?\.\s+"
)
_INITIAL = r"(?:[^\W\d_a-zß-ÿ]{2,3}\b|[^\W\d_a-zß-ÿ]\.?(?:[ -]?[^\W\d_a-zß-ÿ]\.)*(?!\w))"
_CAPITAL = r"[^\W\d_a-zß-ÿ][\w'’-]+"
_PARTICLES = r"(?:(?:de|la|le|van|von|der|den|del|da|dos|di|du|bin|el|al|ten|ter|Van|De|Von|El|Al) ?){0,3}"
_SURNAME = rf"{_PARTICLES}{_CAPITAL}(?: {_CAPITAL})?"
# "Guo, Y., Zhang, L." and "Guo Y, Zhang L".
_INVERTED = rf"{_SURNAME},? {_INITIAL}"
_INVERTED_LIST = re.compile(
    rf"{_INVERTED}(?:(?:,? (?:and|&)|,|;) {_INVERTED})*(?:,? (?:et al\.?|and others|others)|, …"
    rf"|, \. \. \.)?(?:,? \(?[Ee]ds?\.\)?)?"
)
# "Y. Guo, L. Zhang, and J. Gao"
_BRIEF = rf"(?:[^\W\d_a-zß-ÿ]\.[ -]?)+{_SURNAME}"
_BRIEF_LIST = re.compile(rf"{_BRIEF}(?:(?:,? (?:and|&)|,) {_BRIEF})*(?:,? (?:et al\.?|and others|others))?")
# "Yandong Guo, Lei Zhang, and Jianfeng Gao"
_MIDDLE = rf"(?: (?:[^\W\d_a-zß-ÿ]\.|{_CAPITAL}|de|la|van|von|der|da|di|del|bin|el)){{0,4}}"
_GIVEN = rf"(?:[^\W\d_a-zß-ÿ]\. )?{_CAPITAL}{_MIDDLE} {_CAPITAL}"
_GIVEN_LIST = re.compile(rf"{_GIVEN}(?:(?:,? (?:and|&)|,) {_GIVEN})*(?:,? (?:et al\.?|and others|others))?")
_SENTENCE = re.compile(r"(?<![ .][A-Z])(?<!\bvs)(?<!\bet al)[.?!](?=\s)")
_VENUE = re.compile(
    r"[,.]? (?=(?:In:? |in:? )?(?:Proc(?:eedings|\.)|(?:[A-Z]\w+ )?(?:Trans(?:actions|\.)|J(?:ournal|\.)"
    r"|Conference|Conf\.|Symposium|Workshop|Letters|Review|arXiv|CoRR|Lecture Notes|IEEE|ACM|Technical Report"
    r"|Tech\. Rep)))"
)
_END_IN = re.compile(r"[.,?!] (?=[Ii]n:? (?:[A-Z]|\d{4}))|(?<=\w) (?=In: [A-Z])")
_ASKS = re.compile(r"[?!]\s(?!In:? |Proc|Journal|J\. |arXiv|CoRR|IEEE|ACM|[A-Z][\w ]+ \d|Technical|Commun|\(?\d{4})")
_EDITION = re.compile(r",? \(?(?:\d{1,2}(?:st|nd|rd|th)|[Rr]ev(?:ised)?)\b[^)]{0,12}$|, Vol$")
_LONGEST = 1_500  # characters of an entry that are looked at
_JOURNAL = re.compile(
    r"[A-Z][\w. ]{1,60},? \d+[\w(), –-]*(?:\(\d{4}\)?)?|.*\b(?:Press|Wiley|Springer|Elsevier)\b.*\(?\d{4}\)?"
)
_TAIL = re.compile(r"[\s,.:;]+$")
_ADDRESS = re.compile(r"https?://\S+")


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry; offsets of the title are into the document. `firm` says that its form leaves no doubt of the title."""

    start: int
    end: int
    title: tuple[int, int] | None
    year: str | None
    doi: str | None
    arxiv: str | None
    firm: bool


def read_entry(text: str, start: int, end: int) -> Entry:
    """Return what the entry at (start, end) of a paper's text says."""
    words = text[start : min(end, start + _LONGEST)]
    label = _LABEL.match(words)
    begin = label.end() if label else 0
    found = _title(words, begin)
    years = _YEAR.findall(_ADDRESS.sub(" ", _ARXIV.sub(" ", words[begin:])))
    doi, arxiv = _DOI.search(words), _ARXIV.search(words)
    title: tuple[int, int] | None = None
    firm = False
    if found is not None:
        (a, b), firm = found
        edition = _EDITION.search(words, a, b)
        b = edition.start() if edition else b
        while b > a and words[b - 1] in " .,;:":
            b -= 1
        fits = not _JOURNAL.fullmatch(words, a, b) and not (" and " in words[a:b] and _are_names(words[a:b]))
        if fits and 5 < b - a <= 300 and " " in words[a:b].strip() and sum(map(str.isalpha, words[a:b])) > 5:
            title = (start + a, start + b)
    return Entry(
        start, end, title, years[-1] if years else None, doi[1] if doi else None, arxiv[1] if arxiv else None, firm
    )


def _title(words: str, begin: int) -> tuple[tuple[int, int], bool] | None:
    quoted = _QUOTED.search(words, begin)
    if quoted and quoted.start() < begin + 600:
        group = next(n for n in range(1, 5) if quoted[n])
        return quoted.span(group), True
    year = _AFTER_YEAR.search(words, begin, begin + 700)
    if year and _only_names(words, begin, year.start()):
        return (year.end(), _until(words, year.end())), True
    for pattern in (_INVERTED_LIST, _BRIEF_LIST, _GIVEN_LIST):
        names = pattern.match(words, begin)
        if names is None:
            continue
        at = names.end()
        colon = re.compile(r"\s*(?:\(eds?\.\))?:\s+").match(words, at)
        if colon:
            return (colon.end(), _until(words, colon.end())), True
        dot = re.compile(r"\.?\s+(?=[A-Z0-9“\"¿])").match(words, at)
        if dot and (words[at : at + 1] == "." or words[at - 1] == "." or pattern is _INVERTED_LIST):
            return (dot.end(), _until(words, dot.end())), True
        comma = re.compile(r",\s+(?=[A-Z0-9“\"])").match(words, at)
        if comma and pattern is _BRIEF_LIST:
            return (comma.end(), _until_comma(words, comma.end())), True
    return _after_first_sentence(words, begin)


def _only_names(words: str, begin: int, stop: int) -> bool:
    """Whether nothing but a list of names, or the short name of a body, stands between the two places."""
    before = words[begin:stop].rstrip(" .,(")
    return _are_names(before) or (0 < len(before.split()) <= 6 and "," not in before)


def _are_names(words: str) -> bool:
    """Whether the words are a list of names, in one of the forms of `_title`, and nothing else."""
    return any(pattern.fullmatch(words.rstrip(" .,")) for pattern in (_INVERTED_LIST, _BRIEF_LIST, _GIVEN_LIST))


def _until(words: str, start: int) -> int:
    """The end of a title that a full stop, a question mark, "In", or the end of the entry closes."""
    ends = [
        m.start() + (words[m.start()] in "?!")
        for m in _SENTENCE.finditer(words, start + 4)
        if not _ASKS.match(words, m.start())
    ]
    within = _END_IN.search(words, start + 4)
    if within:
        ends.append(within.start() + (words[within.start()] in "?!"))
    end = min(ends, default=len(words))
    return end


def _until_comma(words: str, start: int) -> int:
    """The end of a title between commas: before the venue, or at the last comma before it."""
    venue = _VENUE.search(words, start + 4)
    within = _END_IN.search(words, start + 4)
    first = min((m.start() for m in (venue, within) if m), default=None)
    if first is not None:
        cut = words.rfind(",", start, first + 1)
        lead = words[cut + 1 : first].strip() if cut > start + 8 else ""
        return cut if cut > start + 8 and len(lead.split()) <= 3 and lead[:1].isupper() else first
    commas = [m.start() for m in re.finditer(r", (?=[A-Z])", words[start:])]
    return start + commas[-1] if commas else _until(words, start)


def _after_first_sentence(words: str, begin: int) -> tuple[tuple[int, int], bool] | None:
    """No list of names was understood: the second sentence is likely the title. Not firm."""
    stops = [m.end() for m in _SENTENCE.finditer(words, begin)]
    if not stops:
        return None
    start = stops[0] + 1
    return ((start, _until(words, start)), False) if start < len(words) - 6 else None
