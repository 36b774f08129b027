"""What a person's name, an institution and a mark look like in the front of a paper."""

import re
from functools import cache

from ingest.gazetteer import load_gazetteer
from ingest.papers.glyphs import RAISED

MARK = rf"[{RAISED}*∗†‡§¶]"
MARKS = re.compile(rf"\s*,?\s?{MARK}(?:\s?,?\s?{MARK})*")
ORCID = re.compile(r"\s*(?:\[?\(?\d{4}-\d{4}-\d{4}-\d{3}[\dX]\)?\]?|https?://orcid\.org/\S+)")
_PARTICLE = r"(?:de|la|le|van|von|der|den|del|della|da|das|do|dos|di|du|bin|ibn|al|el|ten|ter|zu|af|y|e|’t)"
_WORD = r"(?:[^\W\d_a-zß-ÿ][\w'’.\-]*)"
_NAME = re.compile(rf"{_WORD}(?:[ ](?:{_WORD}|{_PARTICLE}(?=[ ]))){{1,5}}")
_INITIALS = re.compile(r"(?:[^\W\d_]\.-?)+")
INSTITUTION = re.compile(
    r"\b(?:Univ|Uni\b|Institu|Istituto|Polytechni|Politecnico|Politechn|Colleg|École|Ecole|Academ|Akadem"
    r"|Hochschule|Laborator|Labs?\b"
    r"|Research\b|Recherche|Forschung|Cent(?:re|er)\b|Centro|Hospital|Klinik|Clinic|Ministry|Corporation"
    r"|Corp\b|Incorporated"
    r"|Inc\b|Ltd\b|Limited\b|LLC\b|LLP\b|GmbH|AG\b|S\.?A\.?\b|B\.?V\.?\b|Company|Co\.|Technolog|Technion"
    r"|Systems\b|Solutions|Software|Group\b|Foundation"
    r"|Society|Observator|Agency|Council|Bureau|AI\b|ETH\b|EPFL|MIT\b|CNRS|INRIA|Inria|KAIST|CSIRO|NIST\b|KU Leuven"
    r"|School\b|Facult|Dep(?:t\b|artment|artamento|artement)|Division|Section|Chair\b|Key Lab|Unit\b"
    r"|Dip(?:artimento)?\b)"
)
INNER = re.compile(
    r"(?:the )?(?:[\w-]+ ){0,3}?(?:Facult\w+|Dep(?:t\.?|artment|artamento|artement)|School|Division|Section"
    r"|Chair|Dip(?:artimento)?\.?|Unit)\b",
    re.IGNORECASE,
)
# "School" that is the whole of it.
_WHOLE_SCHOOL = re.compile(
    r"(?:London|Harvard|Wharton|Stockholm|Hertie|Delhi|Higher) (?:Business )?School|Business School", re.IGNORECASE
)
_RANK = re.compile(
    r",?\s*(?:(?:Life |Senior |Student |Graduate Student |Associate )?(?:Member|Fellow),? (?:IEEE|ACM"
    r"|OSA)(?: and (?:Fellow|Member),? \w+)?"
    r"|Ph\.?\s?D\.?|M\.?Sc\.?|M\.?D\.?|Jr\.?|III?|Dr\.?(?= )|Prof\.?(?= ))(?![\w])"
)
_NO_NAME = re.compile(
    r"\b(?:Abstract|Keywords|Introduction|Received|Accepted|Preprint|Draft|Version|Corresponding|Author"
    r"|Authors|Email|E-mail|Equal"
    r"|Contribution|Street|Road|Avenue|Ave|Box|P\.O|Conference|Journal|Proceedings|Workshop|Letters|Vol"
    r"|January|February|March|April"
    r"|June|July|August|September|October|November|December|University|Published|Online|Article|Research"
    r"|Report|Technical|Paper|Open Access|Department|Working"
    r"|Group|Team|Consortium|Collaboration)\b",
    re.IGNORECASE,
)


_POST = re.compile(
    r"\b(?:Scientists?|Engineers?|Professors?|Students?|Fellows?|Members?|Developers?|Managers?|Directors?"
    r"|Lecturers?|Researchers?"
    r"|Assistants?|Postdoc\w*|Authors?|authors?|Candidates?|Contribut\w+|[Ee]qual)\b"
)


def is_person(words: str) -> bool:
    """Whether the words are spelled as a person's name is: two to six, not all of them initials."""
    words = words.strip()
    if not _NAME.fullmatch(words) or INSTITUTION.search(words) or _NO_NAME.search(words) or len(words) > 60:
        return False
    parts = words.split()
    full = [part for part in parts if not _INITIALS.fullmatch(part)]
    if not full or is_place(words) or all(is_place(part) for part in full):
        return False
    return any(len(part) > 1 and any(map(str.isalpha, part)) for part in full)


@cache
def _places() -> frozenset[str]:
    return frozenset(name.casefold() for entry in load_gazetteer() if entry.type == "Place" for name in entry.names)


@cache
def _bodies() -> frozenset[str]:
    return frozenset(
        name.casefold() for entry in load_gazetteer() if entry.type == "Organization" for name in entry.names
    )


def is_place(words: str) -> bool:
    """Whether the gazetteer lists the words as a place."""
    return words.strip(" .").casefold() in _places()


def is_body(words: str) -> bool:
    """Whether the words name an institution or a firm, by one of its usual words or by the gazetteer."""
    words = words.strip(" .")
    if words.casefold() in _bodies():
        return True
    if is_post(words) or "://" in words:
        return False  # "Research Scientist", "Joint first authors"
    if " " not in words and not words.isupper() and len(words) < 12:
        return False  # "Research", "Institute": no name
    return INSTITUTION.search(words) is not None


def is_post(words: str) -> bool:
    """Whether the words tell what somebody is, or who gave what: "Research Scientist", "Joint first authors"."""
    return _POST.search(words) is not None


def is_inner(words: str) -> bool:
    """Whether the words name a part of an institution, such as a department, that is no body of its own."""
    if words.strip(" .").casefold() in _bodies() or _WHOLE_SCHOOL.search(words):
        return False
    return INNER.match(words.strip()) is not None


def without_ranks(words: str) -> str:
    """Blank out memberships and degrees with as many spaces, so that offsets stay."""
    return _RANK.sub(lambda found: " " * len(found[0]), words)
