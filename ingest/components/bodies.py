"""Find bodies named in lower case: "Karsk police", "the traffic police of Karsk", "the Lithuanian government"."""

from collections.abc import Iterator, Mapping

from spacy.tokens import Doc

from ingest.components.chunks import Candidate
from ingest.naming import NamingCues


def find_bodies(
    doc: Doc, candidates: list[Candidate], demonyms: Mapping[tuple[int, int], bool], cues: NamingCues
) -> Iterator[Candidate]:
    """Yield bodies around the candidates that name their place. `demonyms`: known places, and whether by a demonym."""
    for candidate in candidates:
        place = demonyms.get((candidate.start, candidate.end))
        tags = {token.ent_type_ for token in doc[candidate.start : candidate.end]}
        placed = place is not None or tags & {"GPE", "LOC", "NORP", "FAC"}
        end = _body_after(doc, candidate.end, cues)
        if end is not None and (placed or doc[end - 1].lower_ in cues.of_place):
            phrase = doc[candidate.end : end].text.casefold()
            if not (place or "NORP" in tags) or phrase.split()[-1] in cues.of_country or " " in phrase:
                yield Candidate(candidate.start, end, "known")
                continue
        start = _body_before(doc, candidate.start, cues)
        if start is not None and placed and place is not True:
            yield Candidate(start, candidate.end, "known")


def _body_after(doc: Doc, index: int, cues: NamingCues) -> int | None:
    for length in (3, 2, 1):
        end = index + length
        if end <= len(doc) and doc[index:end].text in cues.lower_bodies:
            return end if end == len(doc) or doc[end].pos_ not in {"NOUN", "PROPN"} else None
    return None


def _body_before(doc: Doc, index: int, cues: NamingCues) -> int | None:
    """Return the start of "traffic police of " before the place, without an article."""
    if index < 2 or doc[index - 1].lower_ not in cues.of:
        return None
    for length in (3, 2, 1):
        start = index - 1 - length
        if start >= 0 and doc[start : index - 1].text in cues.lower_bodies_of:
            return start
    return None
