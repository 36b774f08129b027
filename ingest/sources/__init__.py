"""Readers, one a file. A new one is a module with `matches` and `read` and one line in `READERS`."""

from typing import cast

from ingest.sources import archive, feed, lines, mail, paper, paper_xml, plain, warc, web
from ingest.sources.base import Draft, Raw, Reader

__all__ = ["READERS", "Draft", "Raw", "Reader"]

# The first that matches reads; `plain` takes every text and comes last.
READERS: tuple[Reader, ...] = tuple(
    cast(Reader, module) for module in (warc, archive, paper, paper_xml, feed, mail, web, lines, plain)
)
