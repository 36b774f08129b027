"""Ask: saved questions with their forms, and Cypher typed by hand. Both read only; the address holds what is asked."""

from pathlib import Path
from typing import Literal

import streamlit as st

from graph.errors import SightlinesError
from graph.paths import QUERIES
from graph.queries import SavedQuery, load_query, run
from graph.records import Table
from graph.stores import GraphStore
from graph.ui.address import LONGEST, asked, asked_text, go
from graph.ui.answers import show_answer
from graph.ui.blocks import dress, show_error
from graph.ui.components.editor import cypher_editor
from graph.ui.context import Context
from graph.ui.escape import md
from graph.ui.forms import in_words, query_form

EXAMPLE = """// Who used a dataset, and how firmly is it said?
MATCH (user:Entity)-[use:USED]->(d:Dataset)
RETURN user.name AS user, d.name AS dataset, use.belief AS belief, use.claim_ids AS claims
ORDER BY belief DESC
LIMIT 50"""
TABS = ("Questions", "Write Cypher")


def render(context: Context) -> None:
    """Draw the page."""
    dress()
    if st.session_state.get("ask-tab") is None:
        st.session_state["ask-tab"] = TABS[1] if asked("tab") == "cypher" else TABS[0]
    tab = st.segmented_control("Way to ask", TABS, key="ask-tab", required=True, label_visibility="collapsed")
    go(tab="cypher" if tab == TABS[1] else None)
    if tab == TABS[1]:
        _write(context)
    else:
        _questions(context)


def _questions(context: Context) -> None:
    queries = _load(QUERIES, context.settings.home / "queries")
    if not queries:
        st.info("There are no saved questions yet.")
        return
    left, right = st.columns([1, 2.4], gap="large")
    with left:
        name = _choose(queries)
    with right:
        query = queries[name]
        st.subheader(query.title, anchor=False)
        box = st.empty()
        params = query_form(context.workspace.store, name, query)
        box.text(in_words(context.workspace.store, query, params or {}))
        with st.expander("Show the Cypher"):
            st.code(query.text.split("// ---", 2)[-1].strip(), language="cypher")
        if params is not None:
            _run_saved(context, query, params)


def _load(*folders: Path) -> dict[str, SavedQuery]:
    """The questions of the folders; a file that is wrong is named and hides no other."""
    found: dict[str, SavedQuery] = {}
    for path in [path for folder in folders for path in sorted(folder.glob("*.cypher"))]:
        try:
            found[path.stem] = load_query(path)
        except SightlinesError as error:
            show_error(error)
    return found


def _choose(queries: dict[str, SavedQuery]) -> str:
    groups: dict[str, list[str]] = {}
    for name, query in sorted(queries.items(), key=lambda item: item[1].title):
        groups.setdefault(next(iter(query.tags), "other"), []).append(name)
    names = [name for tag in sorted(groups) for name in groups[tag]]
    now = asked("query") if asked("query") in queries else names[0]
    for tag in sorted(groups):
        st.html(f'<div class="sl"><p class="over">{tag.capitalize()}</p></div>')
        with st.container(gap=None, key=f"ask-group-{tag}"):
            for name in groups[tag]:
                kind: Literal["secondary", "tertiary"] = "secondary" if name == now else "tertiary"
                st.button(
                    queries[name].title, key=f"ask-{name}", type=kind, on_click=_take, args=(name,), width="stretch"
                )
    if asked("query") and asked("query") not in queries:
        st.warning(f"There is no saved question {md(asked('query'), 60)}.")
    return now


def _take(name: str) -> None:
    for key in [key for key in st.query_params if key.startswith("p.")]:
        del st.query_params[key]
    go(query=name)


def _run_saved(context: Context, query: SavedQuery, params: dict[str, object]) -> None:
    settings = context.settings
    try:
        with st.spinner("Asking …"):
            table = run(context.workspace.store, query, params, limit=settings.max_rows, timeout=settings.timeout)
    except SightlinesError as error:
        show_error(error)
        return
    show_answer(context, table, dict(query.columns), query.name)


def _write(context: Context) -> None:
    settings = context.settings
    st.caption(
        f"Cypher that reads: at most {settings.max_rows:,} rows and {settings.timeout:g} seconds. "
        "Writing clauses are refused before they reach the graph."
    )
    state = st.session_state
    text = state.setdefault("ask-cypher", asked_text("cypher") or EXAMPLE)
    error: SightlinesError | None = state.get("ask-error")
    typed = cypher_editor(
        text,
        key="ask-editor",
        line=_line(error),
        message=str(error) if error else "",
    )
    if typed is not None:
        with st.spinner("Asking …"):
            answer = run_typed(context.workspace.store, typed, settings.max_rows, settings.timeout)
        state["ask-cypher"], (state["ask-table"], state["ask-error"]) = typed, answer
        go(cypher=typed if len(typed) <= LONGEST else None)
        st.rerun()
    if error is not None:
        show_error(error)
    table: Table | None = state.get("ask-table")
    if table is not None:
        show_answer(context, table, {}, "cypher")


def run_typed(store: GraphStore, typed: str, limit: int, timeout: float) -> tuple[Table | None, SightlinesError | None]:
    """Run Cypher that a person typed: the table, or the error with its hint."""
    try:
        return store.read(typed, {}, limit=limit, timeout=timeout), None
    except SightlinesError as error:
        return None, error


def _line(error: SightlinesError | None) -> int | None:
    line = getattr(error, "line", None)
    return line if isinstance(line, int) else None
