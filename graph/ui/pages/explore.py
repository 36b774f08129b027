"""Explore: an entity, what it is linked to, and the sentences behind every link."""

from typing import Literal, cast

import streamlit as st

from graph.reports.neighbourhood import Neighbourhood, neighbourhood
from graph.reports.overview import overview
from graph.reports.parts import EntityRef, links_where
from graph.reports.words import count_words
from graph.ui.address import asked, go
from graph.ui.blocks import dress
from graph.ui.components.graph_view import Picked, graph_view
from graph.ui.context import Context
from graph.ui.controls import reach_control, view_control, weakest_control
from graph.ui.escape import md
from graph.ui.panels import Opens, entity_panel, evidence_panel
from graph.ui.pick import open_button, options_of, pick_entity
from graph.ui.tables import link_table

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
    with filters:
        weakest = weakest_control("explore")
    around = neighbourhood(store, entity, reach=2, weakest=weakest)
    with reach_box:
        reach = reach_control(entity.id, 2 if len(around.entities) <= FEW else 1)
    with view_box:
        view = view_control()
    if reach != 2:
        around = neighbourhood(store, entity, reach=reach, weakest=weakest)
    left, right = st.columns([2.2, 1], gap="medium")
    with left, st.container(key="drawing"):
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


def _drawing(around: Neighbourhood, view: str) -> None:
    if view == "Table":
        chosen = link_table(around.links, "explore-table")
        if chosen and chosen.k != asked("link"):
            _open_link(chosen.k)
            st.rerun()
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
    more = (
        f" · {around.left_out} more within reach are left out: raise the belief or take fewer steps"
        if around.left_out
        else ""
    )
    hint = "Select a row to read its sentences."
    if view != "Table":
        hint = "Click a line for its sentences, an entity for its card; double click to go there."
    st.caption(f"{entities}, {links}{more}. {hint}")


def _panel(context: Context, entity: EntityRef) -> None:
    ledger, store = context.workspace.ledger, context.workspace.store
    if claim := asked("claim"):
        evidence_panel(ledger, store, (claim,), f"claim-{claim}")
    elif k := asked("link"):
        found = links_where(store, "r.k = $k", k=k)
        if found:
            evidence_panel(ledger, store, found[0].claim_ids, f"link-{k}", found[0])
        else:
            st.warning(f"The link {md(k, 60)} is no longer in the graph.")
    else:
        node = asked("node") or entity.id
        opens = Opens(entity=open_entity, link=_open_link, claim=_open_claim)
        entity_panel(store, node, f"card-{node}", opens, focus=node == entity.id)
