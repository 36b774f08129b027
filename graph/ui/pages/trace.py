"""Trace: the paths from one entity to another, each hop with its sentence, each path as strong as its weakest hop."""

import streamlit as st

from graph.errors import SightlinesError
from graph.reports.trails import TrailsView, trails_view
from graph.reports.words import count_words
from graph.trails import TrailOptions
from graph.ui.address import asked, asked_number, go
from graph.ui.blocks import dress, name_html, show_error
from graph.ui.context import Context
from graph.ui.escape import html, md
from graph.ui.pick import options_of, pick_entity
from graph.ui.steps import show_trail, trail_title

STEPS = 8  # the longest path that can be asked for


def render(context: Context) -> None:
    """Draw the page."""
    dress()
    options = options_of(context.workspace.store)
    with st.container(border=True):
        left, right, swap = st.columns([5, 5, 1.1], vertical_alignment="bottom")
        with left:
            start = pick_entity(context.workspace.store, "From", "from", options)
        with right:
            goal = pick_entity(context.workspace.store, "To", "to", options)
        with swap:
            st.button("Swap", on_click=_swap, icon=":material/swap_horiz:", width="stretch", key="trace-swap")
        chosen = _options()
    if start is None or goal is None:
        st.html(
            '<p class="sl-lead">Choose where the trail begins and where it ends. A good first try: from a photo '
            "platform or a dataset to a programme.</p>"
        )
        return
    if start.id == goal.id:
        st.info("From and To are the same entity: choose two different ones.")
        return
    try:
        with st.spinner("Looking for trails …"):
            found = trails_view(context.workspace.ledger, context.workspace.store, start.id, goal.id, chosen)
    except SightlinesError as error:
        show_error(error)
        return
    _show(context, found)


def _swap() -> None:
    start, goal = asked("from"), asked("to")
    go(**{"from": goal or None, "to": start or None})


def _options() -> TrailOptions:
    steps_box, belief_box, planned_box, inferred_box = st.columns([2, 2, 1.6, 1.6], vertical_alignment="center")
    with steps_box:
        steps = _slider("Steps at most", "steps", int(asked_number("steps", 6, 1, STEPS)), 1, STEPS, 1)
    with belief_box:
        belief = _slider("Weakest hop at least", "weakest", asked_number("weakest", 0.0, 0.0, 1.0), 0.0, 1.0, 0.05)
    with planned_box:
        planned = _check("Allow planned or hypothetical", "planned")
    with inferred_box:
        inferred = _check("Allow inferred links", "inferred")
    return TrailOptions(max_steps=int(steps), min_belief=float(belief), planned=planned, inferred=inferred)


def _slider(label: str, name: str, now: float, low: float, high: float, step: float) -> float:
    key = f"trace-{name}"
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    return float(st.slider(label, low, high, step=step, key=key, on_change=_took, args=(key, name)))


def _check(label: str, name: str) -> bool:
    key, now = f"trace-{name}", asked(name) == "1"
    if st.session_state.get(key) != now:
        st.session_state[key] = now
    return bool(st.checkbox(label, key=key, on_change=_took, args=(key, name)))


def _took(key: str, name: str) -> None:
    value = st.session_state[key]
    go(**{name: "1" if value is True else None if value is False else f"{value:g}"})


def _show(context: Context, found: TrailsView) -> None:
    if not found.trails:
        _nothing(context, found)
        return
    count = count_words(len(found.trails), "trail")
    if found.cut:
        st.warning("The neighbourhood is too large to be searched whole: there may be other trails.")
    st.caption(f"{count}, the strongest first. A trail is as strong as its weakest hop.")
    for index, trail in enumerate(found.trails):
        with st.expander(trail_title(trail), expanded=index == 0, key=f"trail-{index}", on_change="rerun") as box:
            if box.open or index == 0:
                show_trail(context, trail, f"trail-{index}-{'-'.join(link.k for link in trail.links)[:80]}")


def _nothing(context: Context, found: TrailsView) -> None:
    st.warning("No trail joins the two under these options.")
    if not found.misses:
        st.text("Neither more steps nor weaker links would join them in what has been read so far.")
        return
    st.html('<div class="sl"><p class="over">The nearest misses</p></div>')
    for miss in found.misses:
        reached = f"{name_html(miss.reached)} " if miss.reached else ""
        st.html(f'<div class="sl"><p>{reached}{html(miss.why, 400)}</p></div>')
        if miss.options and _in_address(miss.options) and st.button("Allow it", key=f"miss-{miss.why}"):
            go(**_in_address(miss.options))
            st.rerun()
        if miss.reached:
            st.page_link(
                context.pages["explore"],
                label=f"Explore {md(miss.reached.name, 60)}",
                query_params={"entity": miss.reached.id},
            )


def _in_address(options: TrailOptions) -> dict[str, str]:
    """What these options change, as query parameters; empty when the page has no control for it."""
    if options.max_steps > STEPS or options.without_types != TrailOptions().without_types:
        return {}
    return {
        "steps": str(options.max_steps),
        "weakest": f"{options.min_belief:g}" if options.min_belief else "",
        "planned": "1" if options.planned else "",
        "inferred": "1" if options.inferred else "",
    }
