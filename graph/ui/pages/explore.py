"""Explore: an entity, what it is linked to, and the sentences behind every link."""

from typing import Literal, cast

import pandas as pd
import streamlit as st

from graph.reports.neighbourhood import Neighbourhood, neighbourhood
from graph.reports.overview import overview
from graph.reports.parts import EntityRef, links_where
from graph.reports.words import count_words, modality_words, span_words
from graph.ui.address import asked, asked_number, go
from graph.ui.blocks import dress
from graph.ui.components.graph_view import Picked, graph_view
from graph.ui.context import Context
from graph.ui.escape import md
from graph.ui.panels import Opens, entity_panel, evidence_panel
from graph.ui.pick import open_button, options_of, pick_entity

VIEWS = ("Chain", "Network", "Table")
FEW = 45  # with no more entities than this, two steps are drawn unasked


def render(context: Context) -> None:
    """Draw the page."""
    dress()
    store = context.workspace.store
    search, reach_box, view_box, filters = st.columns([5, 1.3, 2.2, 1], vertical_alignment="bottom")
    with search:
        entity = pick_entity(store, "Entity", "entity", options_of(store), forget=("link", "node", "claim", "reach"))
    if entity is None:
        _empty(context)
        return
    weakest = _weakest(filters)
    reach = _reach(reach_box, context, entity, weakest)
    view = _view(view_box)
    around = neighbourhood(store, entity, reach=reach, weakest=weakest)
    left, right = st.columns([2.1, 1], gap="medium")
    with left:
        _drawing(around, view)
    with right, st.container(key="panel"):
        _panel(context, entity)


def open_entity(entity_id: str) -> None:
    """Make this entity the one that the page is about."""
    go(entity=entity_id, link=None, node=None, claim=None, reach=None)


def _pick(picked: Picked) -> None:
    go(
        link=picked.id if picked.kind == "link" else None,
        node=picked.id if picked.kind == "entity" else None,
        claim=None,
    )


def _open_link(k: str) -> None:
    go(link=k, node=None, claim=None)


def _open_claim(claim_id: str) -> None:
    go(claim=claim_id, link=None)


def _empty(context: Context) -> None:
    found = overview(context.workspace.store)
    if found.empty:
        st.info("The graph is empty. Add a document on the Start page, or run `make demo` for a filled example.")
        return
    st.html('<p class="sl-lead">Search an entity above, or begin with one of these.</p>')
    for start in found.starts:
        open_button(start, f"begin-{start.id}", open_entity)


def _weakest(box: st.delta_generator.DeltaGenerator) -> float:
    now = asked_number("weakest", 0.0, 0.0, 1.0)
    with box, st.popover("Filters", width="stretch"):
        value = st.slider("Belief at least", 0.0, 1.0, now, 0.05, key="explore-weakest")
    go(weakest=f"{value:g}" if value else None)
    return float(value)


def _reach(box: st.delta_generator.DeltaGenerator, context: Context, entity: EntityRef, weakest: float) -> int:
    default = 2 if len(neighbourhood(context.workspace.store, entity, reach=2, weakest=weakest).entities) <= FEW else 1
    now = int(asked_number("reach", default, 1, 3))
    with box:
        key = f"explore-reach-{entity.id}"
        if st.session_state.get(key) != now:
            st.session_state[key] = now
        st.segmented_control("Steps", (1, 2, 3), key=key, on_change=_took, args=(key, "reach"), required=True)
    return now


def _view(box: st.delta_generator.DeltaGenerator) -> str:
    now = asked("view").capitalize()
    now = now if now in VIEWS else VIEWS[0]
    with box:
        if st.session_state.get("explore-view") != now:
            st.session_state["explore-view"] = now
        st.segmented_control("View", VIEWS, key="explore-view", on_change=_took, args=("explore-view", "view"), required=True)
    return now


def _took(key: str, name: str) -> None:
    value = st.session_state.get(key)
    go(**{name: str(value).lower() if value else None})


def _drawing(around: Neighbourhood, view: str) -> None:
    if view == "Table":
        _table(around)
    else:
        graph_view(
            around.entities,
            around.links,
            key="explore-graph",
            layout=cast(Literal["chain", "network"], view.lower()),
            focus=around.focus,
            picked=asked("link") or asked("node"),
            on_pick=_pick,
            on_open=open_entity,
        )
    entities, links = count_words(len(around.entities), "entity", "entities"), count_words(len(around.links), "link")
    more = f" · {around.left_out} more within reach are left out: raise the belief or take fewer steps" if around.left_out else ""
    st.caption(f"{entities}, {links}{more}. Click a line for its sentences, an entity for its card; double click to go there.")


def _table(around: Neighbourhood) -> None:
    frame = pd.DataFrame(
        {
            "From": [link.subject.name for link in around.links],
            "Relation": [link.words for link in around.links],
            "To": [link.object.name for link in around.links],
            "Belief": [link.belief for link in around.links],
            "Status": [link.status for link in around.links],
            "How": [modality_words(link.modality) for link in around.links],
            "When": [span_words(link.earliest, link.latest) for link in around.links],
            "Sources": [link.sources for link in around.links],
            "Denials": [link.denials for link in around.links],
        }
    )
    belief = st.column_config.ProgressColumn("Belief", min_value=0, max_value=1, format="%.2f")
    event = st.dataframe(
        frame,
        hide_index=True,
        height=560,
        key="explore-table",
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Belief": belief},
        alt="Links around the entity",
    )
    chosen = event["selection"]["rows"]
    if chosen and chosen[0] < len(around.links) and around.links[chosen[0]].k != asked("link"):
        _open_link(around.links[chosen[0]].k)


def _panel(context: Context, entity: EntityRef) -> None:
    ledger, store = context.workspace.ledger, context.workspace.store
    if claim := asked("claim"):
        evidence_panel(ledger, store, (claim,), f"claim-{claim}")
    elif k := asked("link"):
        found = links_where(store, "r.k = $k", k=k)
        if found:
            evidence_panel(ledger, store, found[0].claim_ids, f"link-{k}")
        else:
            st.warning(f"The link {md(k, 60)} is no longer in the graph.")
    else:
        node = asked("node") or entity.id
        opens = Opens(entity=open_entity, link=_open_link, claim=_open_claim)
        entity_panel(store, node, f"card-{node}", opens, focus=node == entity.id)
