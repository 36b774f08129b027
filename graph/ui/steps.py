"""A trail as readable steps: what each hop says, the sentence that carries it, and which hop is the weakest."""

import streamlit as st

from graph.reports.claims import EvidenceView
from graph.reports.trails import Step, TrailView
from graph.reports.words import count_words, date_words, modality_words
from graph.ui.blocks import name_html, quote_html
from graph.ui.components.graph_view import Picked, graph_view
from graph.ui.context import Context
from graph.ui.escape import html, md


def trail_title(trail: TrailView) -> str:
    """The label of a trail, as Markdown made from escaped names."""
    names = " → ".join(md(name, 60) for name in [trail.start.name, *(step.goal.name for step in trail.steps)])
    steps = count_words(len(trail.steps), "step")
    return f"**{names}**  \n:small[{steps} · weakest hop {trail.belief:.2f}]"


def show_trail(context: Context, trail: TrailView, key: str) -> None:
    """Draw the trail and write its steps out."""
    weakest = trail.weakest
    entities = {entity.id: entity for step in trail.steps for entity in (step.start, step.goal)}

    def pick(picked: Picked) -> None:
        st.session_state[f"{key}-picked"] = picked

    graph_view(
        list(entities.values()),
        trail.links,
        key=f"{key}-graph",
        height=280,
        focus=trail.start.id,
        path=True,
        on_pick=pick,
    )
    jump(context, trail, f"{key}-picked")
    notes = [f"{weakest.link.status}", count_words(weakest.link.sources, "independent source")]
    st.html(
        f'<div class="sl"><p>The weakest hop is {name_html(weakest.link.subject)} '
        f'<span class="rel">{html(weakest.link.words)}</span> {name_html(weakest.link.object)}: belief '
        f"<strong>{weakest.link.belief:.2f}</strong>, {html(', '.join(notes))}. "
        "The trail is no stronger than that.</p></div>"
    )
    for number, step in enumerate(trail.steps, start=1):
        st.html(step_html(step, number, weakest is step))
        st.page_link(
            context.pages["explore"],
            label="All sentences for and against",
            icon=":material/format_quote:",
            query_params={"entity": step.link.subject.id, "link": step.link.k},
        )


def jump(context: Context, trail: TrailView, key: str) -> None:
    """Open on the Explore page what was clicked in the drawing of a trail."""
    picked: Picked | None = st.session_state.pop(key, None)
    if picked is None or picked.kind == "none":
        return
    if picked.kind == "entity":
        st.switch_page(context.pages["explore"], query_params={"entity": picked.id})
    link = next((link for link in trail.links if link.k == picked.id), None)
    if link:
        st.switch_page(context.pages["explore"], query_params={"entity": link.subject.id, "link": link.k})


def step_html(step: Step, number: int, weakest: bool) -> str:
    """One hop: the claim, the sentence with its marks, who says so and when."""
    link = step.link
    facts = [f"belief {link.belief:.2f}", link.status, count_words(link.sources, "independent source")]
    facts += [count_words(link.denials, "denial")] if link.denials else []
    facts += ["inferred from other links"] if link.inferred else []
    best = step.best
    quote = f'<div class="sl-quote">{quote_html(best)}<p class="quiet">{said_html(best)}</p></div>' if best else ""
    mark = " weakest" if weakest else ""
    tag = '<span class="chip disputed">weakest hop</span>' if weakest else ""
    return (
        f'<div class="sl sl-step{mark}"><span class="n">{number}</span><div><p>{name_html(link.subject)} '
        f'<span class="rel">{html(link.words)}</span> {name_html(link.object)} {tag}</p>'
        f'<p class="quiet">{html(" · ".join(facts))}</p>{quote}</div></div>'
    )


def said_html(evidence: EvidenceView) -> str:
    """Who says a sentence, how firmly, where and when, in one line."""
    who = ", as told by ".join(evidence.speakers) or evidence.publisher or "the document"
    facts = [who, modality_words(evidence.modality), evidence.headline, evidence.publisher or ""]
    facts.append(date_words(evidence.published))
    if evidence.modified and evidence.modified != evidence.published:
        facts.append(f"changed {date_words(evidence.modified)}")
    if evidence.happened:
        facts.append(f"about {date_words(evidence.happened)}")
    return html(" · ".join(dict.fromkeys(filter(None, facts))), 500)
