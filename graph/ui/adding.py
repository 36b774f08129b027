"""The box that adds documents: an address, files, or pasted text; progress, result and errors with their hints."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import streamlit as st

from graph.errors import SightlinesError
from graph.reports.words import count_words
from graph.ui.blocks import show_error
from graph.ui.context import Context
from graph.ui.escape import clean, html, web_address

TYPES = ["html", "htm", "pdf", "txt", "md", "jsonl"]
LONGEST = 2_000_000  # characters of pasted text


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
    if not (address or files or text.strip()):
        st.info("Give an address, choose files, or paste a text first.")
        return
    with _sources(address, files or [], text) as sources:
        _add(context, sources)


@contextmanager
def _sources(address: str, files: list[object], text: str) -> Iterator[list[str]]:
    """What was given, as sources that the reader understands: the address, and files in a folder that goes away."""
    with tempfile.TemporaryDirectory(prefix="sightlines-") as folder:
        found = [address] if address else []
        for index, file in enumerate(files):
            # The name is the browser's: only its last part is used, and nothing that could leave the folder.
            name = clean(Path(getattr(file, "name", "")).name, 120).lstrip(".") or f"file-{index}"
            target = Path(folder) / f"{index}-{name}"
            target.write_bytes(file.getvalue())  # type: ignore[attr-defined]
            found.append(str(target))
        if text.strip():
            target = Path(folder) / "pasted.txt"
            target.write_text(text, "utf-8")
            found.append(str(target))
        yield found


def _add(context: Context, sources: list[str]) -> None:
    with st.status("Reading …", expanded=True) as status:
        try:
            result = context.add(context.workspace, sources, progress=lambda line: st.text(clean(line, 200)))
        except SightlinesError as error:
            status.update(label="Not added", state="error")
            show_error(error)
            return
        failed = list(getattr(result, "failures", ()))
        label = "Added" if not failed else "Added, with problems"
        status.update(label=label, state="error" if failed else "complete")
    st.html(f'<div class="sl"><p>{html(count_words(len(sources), "source"))}</p></div>')
