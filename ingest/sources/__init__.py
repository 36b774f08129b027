"""Readers, one a file. A new one is a module with `matches`, `read` and `ENDS`, and one line in `READERS`."""

from typing import cast

from ingest.papers.metadata import SUFFIXES as BESIDE
from ingest.sources import archive, feed, lines, mail, paper, paper_xml, plain, tar, warc, web
from ingest.sources.base import Draft, Raw, Reader

__all__ = ["ENDS", "READERS", "Draft", "Raw", "Reader"]

# The first that matches reads; `plain` takes every text and comes last.
READERS: tuple[Reader, ...] = tuple(
    cast(Reader, module) for module in (warc, archive, tar, paper, paper_xml, feed, mail, web, lines, plain)
)

# How the names of what is read end, for whoever lets people choose files; readers look at what is inside.
ENDS: tuple[str, ...] = tuple(sorted({*BESIDE, *(end for reader in READERS for end in getattr(reader, "ENDS", ()))}))
