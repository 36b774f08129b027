"""Frames and cues as data: one `PREDICATE.yml` a predicate, `cues.yml` for what colours a claim, and their loader."""

from ingest.rules.folders import rules_folder
from ingest.rules.loader import CueTable, Frame, FrameKind, load_cues, load_frames, read_frames
from ingest.rules.words import Words, load_words

__all__ = [
    "CueTable",
    "Frame",
    "FrameKind",
    "Words",
    "load_cues",
    "load_frames",
    "load_words",
    "read_frames",
    "rules_folder",
]
