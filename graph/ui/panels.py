"""The panel beside a drawing: the evidence of a link, or the card of an entity."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import streamlit as st

from graph.errors import SightlinesError
from graph.ledger import Ledger
from graph.reports.claims import claims_view
from graph.reports.entity import DocumentRef, EntityView, Relation, entity_view
from graph.reports.parts import LinkRef
from graph.reports.words import count_words, date_words, span_words
from graph.stores import GraphStore
from graph.ui.blocks import claim_head, evidence_card, mark_key, name_html, show_error
from graph.ui.escape import html, md, web_address

SHOWN = 6  # sentences, or links of one relation, before "more"


@dataclass(frozen=True, slots=True, kw_only=True)
class Opens:
    """What the buttons of an entity's card do."""

    entity: Callable[[str], None]
    link: Callable[[str], None]
    claim: Callable[[str], None]


def evidence_panel(
    ledger: Ledger, store: GraphStore, claim_ids: Sequence[str], key: str, link: LinkRef | None = None
) -> None:
    """All that was said for and against these claims."""
    try:
        view = claims_view(ledger, store, claim_ids, link)
    except SightlinesError as error:
        show_error(error)
        return
    st.html(claim_head(view))
    # The accused's denial stands right after the first sentence that accuses, not below everything else.
    cards = [*view.affirmed[:1], *view.denied, *view.affirmed[1:]]
    if not cards:
        st.info("No sentence is left behind this claim: its documents were removed.")
        return
    st.html(mark_key(cards) or "<span></span>")
    shown = cards if st.session_state.get(f"{key}-all") else cards[:SHOWN]
    for evidence in shown:
        st.html(evidence_card(evidence))
    if len(cards) > len(shown):
        rest = count_words(len(cards) - len(shown), "more sentence")
        st.button(f"Show {rest}", key=f"{key}-more", on_click=_show_all, args=(key,))
    with st.expander("How this belief comes about"):
        for line in view.explained:
            st.text(line)


def _show_all(key: str) -> None:
    st.session_state[f"{key}-all"] = True


def entity_panel(store: GraphStore, entity_id: str, key: str, opens: Opens, *, focus: bool) -> None:
    """The card of an entity; `focus` when it is the one that the page is about."""
    try:
        view = entity_view(store, entity_id)
    except SightlinesError as error:
        show_error(error)
        return
    st.html(_head(view))
    if not focus:
        st.button("Explore from here", key=f"{key}-open", on_click=opens.entity, args=(entity_id,))
    with st.container(gap="xxsmall"):
        for relation in view.relations:
            _relation(relation, entity_id, key, opens)
    _denied(view, key, opens)
    if view.documents:
        with st.expander(f"Named in {count_words(len(view.documents), 'document')}"):
            st.html(f'<div class="sl">{"".join(_document(document) for document in view.documents)}</div>')


def _relation(relation: Relation, entity_id: str, key: str, opens: Opens) -> None:
    st.html(f'<div class="sl"><p class="rel">{html(relation.words)}</p></div>')
    whole = f"{key}-{relation.words}"
    links = relation.links if st.session_state.get(f"{whole}-all") else relation.links[:SHOWN]
    for link in links:
        _link_button(link, entity_id, key, opens)
    if len(relation.links) > len(links):
        rest = count_words(len(relation.links) - len(links), "more", "more")
        st.button(f"Show {rest}", key=f"{whole}-more", on_click=_show_all, args=(whole,))


def _link_button(link: LinkRef, entity_id: str, key: str, opens: Opens) -> None:
    notes = [f"belief {link.belief:.2f}", span_words(link.earliest, link.latest)]
    notes += [link.status] if link.status in ("disputed", "proposed") else []
    notes += ["planned"] if link.modality == "planned" else []
    words = f"**{md(link.other(entity_id).name, 60)}**  :small[{md(' · '.join(filter(None, notes)))}]"
    st.button(words, key=f"{key}-{link.k}", on_click=opens.link, args=(link.k,), type="tertiary")


def _denied(view: EntityView, key: str, opens: Opens) -> None:
    if not view.denied:
        return
    st.html('<div class="sl"><p class="over">Only denied, never affirmed: no link of the graph</p></div>')
    with st.container(gap=None):
        for claim in view.denied:
            words = f"{md(claim.subject.name, 40)} *{md(claim.words)}* {md(claim.object.name, 40)}"
            st.button(words, key=f"{key}-{claim.id}", on_click=opens.claim, args=(claim.id,), type="tertiary")


def _head(view: EntityView) -> str:
    face = html(view.entity.face.name)
    if view.entity.kind and view.entity.kind.casefold() != view.entity.face.name.casefold():
        face += f" ({html(view.entity.kind)})"
    aliases = ", ".join(html(alias, 100) for alias in view.aliases[:8])
    also = f'<p class="quiet">also: {aliases}</p>' if aliases else ""
    counts = f"{count_words(view.entity.claims, 'claim')} · {count_words(len(view.documents), 'document')}"
    return (
        f'<div class="sl"><p class="over">{face}</p><h2>{name_html(view.entity)}</h2>{also}'
        f'<p class="quiet">{html(counts)}</p></div>'
    )


def _document(document: DocumentRef) -> str:
    address = web_address(document.address)
    headline = html(document.headline, 200)
    link = (
        f'<a href="{html(address)}" target="_blank" rel="noopener noreferrer">{headline}</a>' if address else headline
    )
    facts = (document.publisher, date_words(document.published), count_words(document.evidence, "sentence"))
    return f'<p>{link}<br><span class="quiet">{html(" · ".join(filter(None, facts)))}</span></p>'
