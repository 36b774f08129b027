"""Controls of the Explore page whose values live in its address."""

import streamlit as st

from graph.ui.address import asked, asked_number, go

VIEWS = ("Chain", "Network", "Table")


def weakest_control(page: str) -> float:
    """The least belief of a link, in a popover; 0 shows all."""
    key = f"{page}-weakest"
    now = asked_number("weakest", 0.0, 0.0, 1.0)
    st.session_state.setdefault(key, now)
    label = f"Belief ≥ {now:.2f}" if now else "Filters"
    with st.popover(label, width="stretch"):
        st.slider("Belief at least", 0.0, 1.0, step=0.05, key=key, on_change=_took, args=(key, "weakest"))
    return now


def reach_control(entity_id: str, default: int) -> int:
    """How many steps from the entity are drawn."""
    now = int(asked_number("reach", default, 1, 3))
    key = f"explore-reach-{entity_id}"
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    st.segmented_control("Steps", (1, 2, 3), key=key, on_change=_took, args=(key, "reach"), required=True)
    return now


def view_control() -> str:
    """How the neighbourhood is shown."""
    now = asked("view").capitalize()
    now = now if now in VIEWS else VIEWS[0]
    key = "explore-view"
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    st.segmented_control("View", VIEWS, key=key, on_change=_took, args=(key, "view"), required=True)
    return now


def _took(key: str, name: str) -> None:
    value = st.session_state.get(key)
    go(**{name: f"{value:g}" if isinstance(value, float) else str(value).lower() if value else None})
