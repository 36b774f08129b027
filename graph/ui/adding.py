"""The box that adds documents: an address, files, or pasted text; progress, result and errors with their hints."""

from collections.abc import Callable, Collection, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal, Protocol

import streamlit as st

from graph.errors import SightlinesError
from graph.records import Failure
from graph.reports.words import count_words
from graph.ui.blocks import show_error
from graph.ui.context import Context, alone
from graph.ui.escape import clean, html, web_address

LONGEST = 2_000_000  # characters of pasted text
_NAME = 200  # bytes of the end of a file's name: file systems take 255
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
        files = st.file_uploader(
            "Files",
            type=sorted(context.ends) or None,
            accept_multiple_files=True,
            key="add-files",
            help="Pages, papers (with their .bib or .json), text, feeds, mail, web archives, and archives of these. "
            "Tables are read by `sightlines import`.",
        )
        text = st.text_area("Or paste a text", key="add-text", height=90, max_chars=LONGEST)
        sent = st.form_submit_button("Add", type="primary", key="add-send")
    if not sent:
        return
    address = address.strip()
    if address and web_address(address) is None:
        st.error("An address begins with http:// or https:// and names a host.")
        return
    sources = [address] if address else []
    sources += keep(context.settings.home / "uploads", files or [], text, context.beside)
    if sources:
        _add(context, sources)
    else:
        st.info("Give an address, choose files, or paste a text first.")


def keep(
    folder: Path, files: Sequence[Upload], text: str, beside: Callable[[str, Collection[str]], bool] = alone
) -> list[str]:
    """Keep what was sent below `folder`, named by its content, so that its address stays good; return the paths.

    The name comes from the browser: only its last part is used, without signs that could lead out of the folder. What
    only describes another file that was sent stays beside it and is no path of its own.
    """
    pasted = [("pasted.txt", text.encode("utf-8", "replace"))] if text.strip() else []
    sent = [(_safe(name), data) for name, data in [*((file.name, file.getvalue()) for file in files), *pasted]]
    names = [name for name, _ in sent]
    described = [name for name in names if beside(name, names)]
    marks = {name: sha256(data).hexdigest()[:12] for name, data in sent if name not in described}
    found = []
    for name, data in sent:
        if name in described:
            other = next(other for other in marks if beside(name, [other]))
            _put(folder, f"{marks[other]}-{name}", data)
        else:
            found.append(_put(folder, f"{sha256(data).hexdigest()[:12]}-{name}", data))
    return found


def _safe(name: str) -> str:
    last = clean(name.replace("\\", "/").rsplit("/", 1)[-1])
    safe = "".join(c if c.isalnum() or c in "-_. " else "-" for c in last)
    return safe.encode("utf-8", "replace")[-_NAME:].decode("utf-8", "ignore").lstrip(".") or "file.txt"


def _put(folder: Path, name: str, data: bytes) -> str:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / name
    target.write_bytes(data)
    return str(target)


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
