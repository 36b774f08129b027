"""Plain words for closed lists and for EDTF dates: the same in the pages, the API and a dossier."""

import re

from graph.enums import Modality, Status

MODALITY = {
    Modality.ASSERTED: "stated as fact",
    Modality.REPORTED: "reported from another source",
    Modality.ALLEGED: "alleged",
    Modality.POSSIBLE: "said to be possible",
    Modality.PLANNED: "planned or announced",
    Modality.HYPOTHETICAL: "hypothetical",
    Modality.INFERRED: "inferred, not said in so many words",
}
STATUS = {
    Status.PROPOSED: "proposed: one independent source",
    Status.SUPPORTED: "supported by two or more independent sources",
    Status.ACCEPTED: "accepted in review",
    Status.DISPUTED: "disputed: affirmed and denied",
    Status.DENIED: "denied only",
    Status.REJECTED: "rejected in review",
    Status.LAPSED: "lapsed: its documents were removed",
}
_MONTHS = (
    "January February March April May June July August September October November December".split()  # noqa: SIM905
)
_DATE = re.compile(r"^(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?([?~%]?)")


def modality_words(modality: str) -> str:
    """How firmly a sentence says it, in words."""
    return MODALITY.get(Modality(modality), modality) if modality in set(Modality) else modality


def status_words(status: str) -> str:
    """Where a claim stands, in words."""
    return STATUS.get(Status(status), status) if status in set(Status) else status


def date_words(edtf: str | None) -> str:
    """An EDTF date or interval as people write it: "2019-06" → "June 2019"; what isn't understood stays as it is."""
    if not edtf:
        return ""
    if "/" in edtf:
        first, _, last = edtf.partition("/")
        if first in ("", ".."):
            return f"until {date_words(last)}"
        if last in ("", ".."):
            return f"since {date_words(first)}"
        return f"{date_words(first)} – {date_words(last)}"
    found = _DATE.match(edtf)
    if not found:
        return edtf
    year, month, day, doubt = found.groups()
    if month and 1 <= int(month) <= 12:
        words = f"{_MONTHS[int(month) - 1]} {year}"
        words = f"{int(day)} {words}" if day else words
    elif month:
        return edtf
    else:
        words = year
    return f"about {words}" if doubt else words


def span_words(earliest: str | None, latest: str | None) -> str:
    """When something held, from its earliest to its latest date."""
    if earliest and latest and earliest != latest:
        return f"{date_words(earliest)} – {date_words(latest)}"
    return date_words(earliest or latest)


def count_words(number: int, one: str, many: str = "") -> str:
    """A number with its noun: "1 source", "3 sources"."""
    return f"{number:,} {one if number == 1 else many or one + 's'}".replace(",", " ")
