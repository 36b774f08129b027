"""Frames and cues as data: one `PREDICATE.yml` a predicate, `cues.yml` for what colours a claim, and their loader."""

from ingest.rules.loader import CueTable, Frame, FrameKind, load_cues, load_frames, read_frames

__all__ = ["CueTable", "Frame", "FrameKind", "load_cues", "load_frames", "read_frames"]
