"""The box that adds documents: an address, files, or pasted text; progress, result and errors with their hints."""

from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, Protocol

import streamlit as st

from graph.errors import SightlinesError
from graph.records import Failure
from graph.reports.words import count_words
from graph.ui.blocks import show_error
from graph.ui.context import Context
from graph.ui.escape import clean, html, web_address

TYPES = ["html", "htm", "pdf", "txt", "md", "jsonl"]
LONGEST = 2_000_000  # characters of pasted text
SHOWN = 20  # failures written out


class Upload(Protocol):
    """A file that the browser sent."""

    name: str

    def getvalue(self) -> bytes:
        """Its bytes."""
        ...


def add_box(context: Context, *, heading: bool = True) -> None:
    """Show the form and, once it is sent, what was added."""
    if heading:
        st.subheader("Add a document", anchor=False)
    with st.form("add", border=False):
        address = st.text_input("Address", key="add-address", placeholder="https://…")
        files = st.file_uploader("Files", type=TYPES, accept_multiple_files=True, key="add-files")
        text = st.text_area("Or paste a text", key="add-text", height=90, max_chars=LONGEST)
        sent = st.form_submit_button("Add", type="primary", key="add-send")
    if not sent:
        return
    address = address.strip()
    if address and web_address(address) is None:
        st.error("An address begins with http:// or https:// and names a host.")
        return
    sources = [address] if address else []
    sources += keep(context.settings.home / "uploads", files or [], text)
    if sources:
        _add(context, sources)
    else:
        st.info("Give an address, choose files, or paste a text first.")


def keep(folder: Path, files: Sequence[Upload], text: str) -> list[str]:
    """Keep what was sent below `folder`, named by its content, so that its address stays good; return the paths.

    The name comes from the browser: only its last part is used, without signs that could lead out of the folder.
    """
    found = []
    pasted = [("pasted.txt", text.encode("utf-8", "replace"))] if text.strip() else []
    for name, data in [*((file.name, file.getvalue()) for file in files), *pasted]:
        last = clean(name.replace("\\", "/").rsplit("/", 1)[-1], 120).lstrip(".")
        safe = "".join(c if c.isalnum() or c in "-_. " else "-" for c in last) or "file.txt"
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{sha256(data).hexdigest()[:12]}-{safe}"
        target.write_bytes(data)
        found.append(str(target))
    return found


def _add(context: Context, sources: Sequence[str]) -> None:
    with st.status("Reading …", expanded=True) as status:
        line = st.empty()
        try:
            report = context.add(context.workspace, sources, progress=lambda words: line.text(clean(words, 300)))
        except SightlinesError as error:
            status.update(label="Nothing was added", state="error")
            show_error(error)
            return
        done = "Added" if report.new else "Nothing new"
        state: Literal["error", "complete"] = "error" if report.failures and not report.new else "complete"
        status.update(label=done, state=state, expanded=True)
        line.empty()
        facts = [
            count_words(report.new, "new document"),
            count_words(report.claims, "new claim"),
            count_words(report.evidence, "sentence"),
        ]
        if report.unchanged:
            facts.append(f"{count_words(report.unchanged, 'document')} held already")
        st.html(f'<div class="sl"><p>{html(" · ".join(facts))}</p></div>')
        for failure in report.failures[:SHOWN]:
            _failure(failure)
    if report.new:
        st.button("Show what is in here now", key="add-again")


def _failure(failure: Failure) -> None:
    st.html(
        f'<div class="sl sl-quote against"><p><strong>Not read: {html(failure.reason, 400)}</strong></p>'
        f'<p>{html(failure.hint, 400)}</p><p class="quiet">{html(failure.source, 300)}</p></div>'
    )
