"""Small pieces of page, as HTML made from escaped text only. Every foreign string passes `html()`."""

from collections.abc import Sequence
from functools import cache
from pathlib import Path

import streamlit as st

from graph.errors import SightlinesError
from graph.reports.claims import ClaimsView, EvidenceView
from graph.reports.parts import EntityRef
from graph.reports.words import count_words, date_words, modality_words, status_words
from graph.schema import Face
from graph.ui.escape import html, md, web_address

_MARK_WORDS = {
    "subject": "who or what",
    "object": "whom or what",
    "trigger": "the words that say it",
    "polarity": "denial",
    "modality": "hedge",
    "speaker": "speaker",
    "time": "time",
}
# Streamlit takes SVG out of HTML, so a face's shape is a clipped square.
_SHAPES = {
    "diamond": "clip-path:polygon(50% 0,100% 50%,50% 100%,0 50%)",
    "round-diamond": "clip-path:polygon(50% 6%,94% 50%,50% 94%,6% 50%)",
    "hexagon": "clip-path:polygon(25% 5%,75% 5%,100% 50%,75% 95%,25% 95%,0 50%)",
    "octagon": "clip-path:polygon(29% 0,71% 0,100% 29%,100% 71%,71% 100%,29% 100%,0 71%,0 29%)",
    "pentagon": "clip-path:polygon(50% 0,100% 38%,81% 97%,19% 97%,0 38%)",
    "triangle": "clip-path:polygon(50% 4%,100% 94%,0 94%)",
    "rectangle": "border-radius:0",
    "ellipse": "border-radius:50%",
}


@cache
def _css() -> str:
    return (Path(__file__).resolve().parent / "look.css").read_text("utf-8")


def dress() -> None:
    """Put our additions to the theme on the page."""
    st.html(f"<style>{_css()}</style>")


def face_icon(face: Face) -> str:
    """The face's shape in its colours."""
    shape = _SHAPES.get(face.shape, "border-radius:25%")
    return f'<i class="face" style="background:light-dark({face.light},{face.dark});{shape}"></i>'


def name_html(entity: EntityRef) -> str:
    """An entity's shape and name."""
    return f"{face_icon(entity.face)}{html(entity.name, 200)}"


def meter(belief: float) -> str:
    """Belief as a bar with its number."""
    share = max(0.0, min(1.0, belief))
    return (
        f'<div class="meter"><span class="quiet">belief</span><i><b style="width:{share * 100:.0f}%"></b></i>'
        f"<strong>{belief:.2f}</strong></div>"
    )


def _chip(text: str, kind: str = "") -> str:
    return f'<span class="chip {html(kind)}">{html(text, 120)}</span>'


def claim_head(view: ClaimsView) -> str:
    """The head of an opened link: what is said, where it stands, how much it is believed."""
    chips = [_chip(status_words(view.status), view.status), _chip(modality_words(view.modality))]
    if view.inferred:
        chips.append(_chip("inferred from other links"))
    if view.affirmed:
        chips.append(_chip(count_words(view.independent, "independent source")))
    if view.denied:
        chips.append(_chip(count_words(len(view.denied), "denial"), "denied"))
    if view.verdict:
        chips.append(_chip(f"review: {view.verdict}", view.verdict))
    chips += [_chip(q.replace("=", ": ", 1)) for q in view.qualifiers]
    return (
        f'<div class="sl"><p class="over">Claim</p><h2>{name_html(view.subject)} '
        f'<span class="rel">{html(view.words)}</span> {name_html(view.object)}</h2>'
        f'<div class="chips">{"".join(chips)}</div>{meter(view.belief)}</div>'
    )


def _who(evidence: EvidenceView) -> str:
    if not evidence.speakers:
        return f"{html(evidence.publisher or 'the document')} itself"
    return ", as told by ".join(html(speaker, 200) for speaker in evidence.speakers)


def _source(evidence: EvidenceView) -> str:
    address = web_address(evidence.address)
    headline = html(evidence.headline, 300)
    shown = html(evidence.address, 300)
    link = (
        f'<a href="{html(address, 2_000)}" target="_blank" rel="noopener noreferrer">{shown}</a>' if address else shown
    )
    return f"{headline}<br><span class='quiet'>{link}</span>"


def _rests_on(evidence: EvidenceView) -> str:
    rows = []
    for source in evidence.sources:
        address = web_address(source.address)
        name = html(f"{source.headline}, {source.publisher}", 300)
        link = (
            f'<a href="{html(address, 2_000)}" target="_blank" rel="noopener noreferrer">{name}</a>'
            if address
            else name
        )
        rows.append(f"{link} {html(date_words(source.published))}")
    return "<br>".join(rows)


def quote_html(evidence: EvidenceView) -> str:
    """The sentence with its marked words, and the other sentences that the reading rests on."""
    words = "".join(
        f'<mark class="{mark}" title="{_MARK_WORDS[mark]}">{_text(text)}</mark>' if mark else _text(text)
        for text, mark in evidence.segments
    )
    context = "".join(f'<p class="context">“{html(sentence)}”</p>' for sentence in evidence.context)
    if context:
        context = f'<p class="context">Read together with:</p>{context}'
    return f"<blockquote>“{words}”</blockquote>{context}"


def _changed(evidence: EvidenceView) -> list[tuple[str, str]]:
    """When the page was changed after it was published: its words may be newer than its date."""
    told = evidence.modified if evidence.modified != evidence.published else None
    return [("Changed", html(date_words(told)))] if told else []


def evidence_card(evidence: EvidenceView) -> str:
    """One sentence with its marked words, its speaker, dates and source."""
    facts = [
        ("Said by", _who(evidence)),
        ("How", html(modality_words(evidence.modality))),
        ("Happened", html(date_words(evidence.happened)) or "not said"),
        ("Published", html(date_words(evidence.published)) or "not known"),
        *_changed(evidence),
        ("Publisher", html(evidence.publisher or "not known", 200)),
        ("Source", _source(evidence)),
    ]
    if evidence.sources:
        facts.append(("It rests on", _rests_on(evidence)))
    facts += [
        ("Retrieved", html(evidence.retrieved[:10])),
        ("Read by", f"{html(evidence.extractor)}: {html(evidence.why, 200)}, probability {evidence.probability:.2f}"),
    ]
    if evidence.verdict:
        facts.append(("Review", html(f"{evidence.verdict} {evidence.note}", 300)))
    side = "Says so" if evidence.affirmed else "Denies it"
    return (
        f'<div class="sl"><div class="sl-quote{"" if evidence.affirmed else " against"}"><p class="side">{side}</p>'
        f"{quote_html(evidence)}{facts_list(facts)}</div></div>"
    )


def _text(text: str) -> str:
    # Pieces of a sentence keep the spaces at their ends, which `clean` would strip.
    lead = " " if text[:1].isspace() else ""
    tail = " " if text[-1:].isspace() and text.strip() else ""
    return f"{lead}{html(text)}{tail}"


def facts_list(facts: Sequence[tuple[str, str]]) -> str:
    """Pairs of a name and its value; the values are HTML already."""
    return f'<dl class="sl-facts">{"".join(f"<dt>{html(name)}</dt><dd>{value}</dd>" for name, value in facts)}</dl>'


def mark_key(views: Sequence[EvidenceView]) -> str:
    """What the marks of these sentences mean."""
    used = {mark for view in views for _, mark in view.segments if mark}
    items = "".join(
        f'<span><mark class="{mark}">{words}</mark></span>' for mark, words in _MARK_WORDS.items() if mark in used
    )
    return f'<div class="sl-quote sl-key sl" style="border:0;padding:0">{items}</div>' if items else ""


def show_error(error: SightlinesError) -> None:
    """An error with its hint, escaped: both may quote what the user typed."""
    text = md(str(error))
    st.error(f"{text}  \n{md(error.hint)}" if error.hint else text)
