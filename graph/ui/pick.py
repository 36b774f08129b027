"""Pick an entity: a select that searches while one types; beyond the best connected entities it asks the graph."""

from collections.abc import Callable, Sequence

import streamlit as st

from graph.errors import UnknownEntity
from graph.reports.entity import entity_ref
from graph.reports.overview import best_connected
from graph.reports.parts import EntityRef
from graph.search import search
from graph.stores import GraphStore
from graph.ui.address import asked, go
from graph.ui.escape import clean, md

OPTIONS = 2_000  # entities that the select holds at once; more slow the browser down


def options_of(store: GraphStore) -> dict[str, EntityRef]:
    """The best connected entities by id."""
    return {entity.id: entity for entity in best_connected(store, limit=OPTIONS)}


def label_of(entity: EntityRef) -> str:
    """An option of the select: name and face. Options are shown as plain text."""
    return f"{clean(entity.name, 90)}  ·  {entity.face.name}"


def pick_entity(
    store: GraphStore,
    label: str,
    name: str,
    options: dict[str, EntityRef],
    *,
    forget: Sequence[str] = (),
    hidden_label: bool = False,
) -> EntityRef | None:
    """Show the select of the query parameter `name` and return what is chosen.

    Choosing sets the parameter and takes the parameters `forget` away, so that the address always says what is shown.
    """
    key = f"pick-{name}"
    current = asked(name)
    chosen: EntityRef | None = None
    if current:
        try:
            chosen = options.get(current) or entity_ref(store, current)
        except UnknownEntity:
            st.warning(f"Nothing in the graph has the id {md(current, 80)}: it may have been removed or merged.")
    known = options if chosen is None else {**options, chosen.id: chosen}

    def chose() -> None:
        value = st.session_state.get(key)
        target = value if value in known or value is None else _found(store, value)
        if target is None and value:
            st.session_state[f"{key}-missing"] = clean(value, 120)
        go(**{name: target}, **dict.fromkeys(forget))

    if st.session_state.get(key) != (chosen.id if chosen else None):
        st.session_state[key] = chosen.id if chosen else None
    st.selectbox(
        label,
        list(known),
        index=None,
        format_func=lambda option: label_of(known[option]) if option in known else clean(option, 120),
        key=key,
        placeholder="Type a name: platform, dataset, paper, company, programme …",
        accept_new_options=True,
        on_change=chose,
        label_visibility="collapsed" if hidden_label else "visible",
    )
    missing = st.session_state.pop(f"{key}-missing", None)
    if missing:
        st.info(f"Nothing in the graph is called “{md(missing)}”. Try a part of the name.")
    return chosen


def _found(store: GraphStore, text: str) -> str | None:
    hits = search(store, text, limit=1)
    return hits[0].id if hits else None


def open_button(entity: EntityRef, key: str, on_click: Callable[[str], None]) -> None:
    """A button with an entity's name, as plain text, that opens it."""
    st.button(md(entity.name, 60), key=key, on_click=on_click, args=(entity.id,), type="tertiary")
