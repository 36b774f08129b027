"""Start: what is in here, where to begin, and how to add a document."""

import streamlit as st

from graph.reports.overview import Overview, Question, overview
from graph.reports.parts import EntityRef
from graph.reports.trails import example_trail
from graph.reports.words import count_words, date_words
from graph.ui.adding import add_box
from graph.ui.address import go
from graph.ui.blocks import dress
from graph.ui.components.graph_view import Picked, graph_view
from graph.ui.context import Context
from graph.ui.escape import html, md, web_address
from graph.ui.pick import options_of, pick_entity

CARDS = 3
NAMES = 4  # answers that a card names


def render(context: Context) -> None:
    """Draw the page."""
    dress()
    store = context.workspace.store
    found = overview(store)
    st.title("Follow a photo to a surveillance programme", anchor=False)
    st.html(
        '<p class="sl-lead">Every line here is a claim that somebody made: open it and read the sentence, who says it, '
        "how firmly, and who denies it.</p>"
    )
    if found.empty:
        _empty(context)
        return
    _search(context)
    _questions(context, found)
    _chain(context)
    left, right = st.columns([1.35, 1], gap="large")
    with left:
        _counts(found)
    with right:
        add_box(context)


def _empty(context: Context) -> None:
    st.subheader("Nothing is in here yet", anchor=False)
    left, right = st.columns(2, gap="large")
    with left, st.container(border=True):
        st.markdown("**Begin with your own documents**")
        add_box(context, heading=False)
    with right, st.container(border=True):
        st.markdown("**Or look at the demonstration first**")
        st.text("It is built from short briefs on documented events, and needs no network:")
        st.code("make demo", language=None)


def _search(context: Context) -> None:
    entity = pick_entity(
        context.workspace.store, "Search", "find", options_of(context.workspace.store), hidden_label=True
    )
    if entity is not None:
        go(find=None)
        st.switch_page(context.pages["explore"], query_params={"entity": entity.id})


def _questions(context: Context, found: Overview) -> None:
    if not found.questions:
        return
    for column, question in zip(st.columns(CARDS), found.questions, strict=False):
        with column, st.container(border=True, height="stretch"):
            _card(context, question)


def _card(context: Context, question: Question) -> None:
    names = ", ".join(question.names[:NAMES])
    more = len(question.names) - NAMES
    rest = f" and {more} more" if more > 0 else ""
    disputed = sum(link.status == "disputed" for link in question.answers)
    notes = count_words(len(question.answers), "claim") + (f", {disputed} disputed" if disputed else "")
    st.html(
        f'<div class="sl"><h2>{html(question.words, 160)}</h2><p>{html(names + rest, 240)}</p>'
        f'<p class="quiet">{html(notes)}</p></div>'
    )
    st.page_link(
        context.pages["explore"],
        label="Read the sentences",
        icon=":material/arrow_forward:",
        query_params={"entity": question.entity.id, "reach": "1"},
    )


def _chain(context: Context) -> None:
    trail = example_trail(context.workspace.store)
    if trail is None:
        return

    entities = {entity.id: entity for link in trail.links for entity in (link.subject, link.object)}

    def pick(picked: Picked) -> None:
        st.session_state["start-picked"] = picked

    st.subheader("A trail through the graph", anchor=False)
    graph_view(list(entities.values()), trail.links, key="start-chain", height=300, path=True, on_pick=pick)
    picked: Picked | None = st.session_state.pop("start-picked", None)
    if picked and picked.kind == "link":
        start = trail.links[0].subject.id
        link = next((link for link in trail.links if link.k == picked.id), None)
        st.switch_page(
            context.pages["explore"],
            query_params={"entity": link.subject.id if link else start, "link": picked.id},
        )
    if picked and picked.kind == "entity":
        st.switch_page(context.pages["explore"], query_params={"entity": picked.id})
    _trail_link(context, trail.start, trail.goal)


def _trail_link(context: Context, start: EntityRef, goal: EntityRef) -> None:
    st.page_link(
        context.pages["trace"],
        label=f"Read it step by step: {md(start.name, 60)} → {md(goal.name, 60)}",
        icon=":material/route:",
        query_params={"from": start.id, "to": goal.id},
    )


def _counts(found: Overview) -> None:
    st.subheader("What is in here", anchor=False)
    numbers = (
        (found.entities, "entities"),
        (found.links, "links"),
        (found.claims, "claims"),
        (found.evidence, "sentences"),
        (found.documents, "documents"),
        (found.disputed + found.denied, "disputed or denied"),
    )
    cells = "".join(f"<div><strong>{n:,}</strong>{html(words)}</div>" for n, words in numbers)
    st.html(f'<div class="sl sl-count">{cells}</div>')
    rows = []
    for document in found.newest:
        address = web_address(document.address)
        name = html(document.headline, 160)
        link = f'<a href="{html(address)}" target="_blank" rel="noopener noreferrer">{name}</a>' if address else name
        facts = " · ".join(filter(None, (document.publisher, date_words(document.published))))
        rows.append(f'<p>{link} <span class="quiet">{html(facts)}</span></p>')
    st.html(f'<div class="sl"><p class="over">Newest documents</p>{"".join(rows)}</div>')
