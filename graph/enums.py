"""Closed lists that code decides on. Entity types and predicates are data: see `graph/schema/`."""

from enum import StrEnum


class Polarity(StrEnum):
    """Whether a sentence says that a claim holds or that it does not."""

    AFFIRMED = "affirmed"
    DENIED = "denied"


class Modality(StrEnum):
    """How firmly a sentence says it; members stand from the firmest to the weakest."""

    ASSERTED = "asserted"
    REPORTED = "reported"
    ALLEGED = "alleged"
    POSSIBLE = "possible"
    PLANNED = "planned"
    HYPOTHETICAL = "hypothetical"
    INFERRED = "inferred"


class Status(StrEnum):
    """Where a claim stands once all of its evidence and reviews are weighed (design §6)."""

    PROPOSED = "proposed"
    SUPPORTED = "supported"
    ACCEPTED = "accepted"
    DISPUTED = "disputed"
    DENIED = "denied"
    REJECTED = "rejected"
    LAPSED = "lapsed"


class Verdict(StrEnum):
    """What a person decides about one piece of evidence or one claim."""

    ACCEPTED = "accepted"
    REJECTED = "rejected"
    UNSURE = "unsure"


class Sameness(StrEnum):
    """What a judgement says of two surface entities."""

    SAME = "same"
    DIFFERENT = "different"
    UNSURE = "unsure"


class CueKind(StrEnum):
    """What the words of a cue made us say."""

    TRIGGER = "trigger"
    POLARITY = "polarity"
    MODALITY = "modality"
    SPEAKER = "speaker"
    TIME = "time"
