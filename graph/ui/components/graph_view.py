"""The graph component: Chain and Network drawings of entities and links. Faces and words come from the schema."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import streamlit as st

from graph.reports.parts import EntityRef, LinkRef
from graph.schema import load_schema
from graph.ui.escape import clean

_UI = Path(__file__).resolve().parent.parent

# The same icons as Streamlit's own: strokes in a box of 24.
_ICONS = {
    "closer": ("Zoom in", "M12 5v14M5 12h14"),
    "farther": ("Zoom out", "M5 12h14"),
    "whole": ("Show all", "M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"),
    "image": ("Save as image", "M12 4v11M7 11l5 5 5-5M5 20h14"),
}


def _button(key: str, name: str, path: str) -> str:
    stroke = 'fill="none" stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round"'
    icon = f'<svg viewBox="0 0 24 24" width="16" height="16" aria-hidden="true" {stroke}><path d="{path}"/></svg>'
    return f'<button type="button" id="{key}" title="{name}" aria-label="{name}">{icon}</button>'


_HTML = f"""<div id="frame">
<div id="heads" aria-hidden="true"></div>
<div id="canvas" role="img" aria-label="Drawing of entities and links. The button List shows the same as text."></div>
<div id="tip" role="status" hidden></div>
<div id="foot"></div>
<div id="legend"></div>
<div id="tools">
<button type="button" id="words" aria-expanded="false" aria-controls="panel" title="List what is drawn">List</button>
{"".join(_button(key, *icon) for key, icon in _ICONS.items())}
</div>
<div id="panel" role="region" aria-label="Entities and links of the drawing"><ul id="list"></ul></div>
</div>"""

_CSS = """
#frame{position:relative;border:1px solid var(--st-border-color);border-radius:8px;overflow:hidden;
  background:var(--st-background-color);color:var(--st-text-color);font:13px/1.4 var(--st-font,sans-serif)}
#canvas{width:100%;height:320px;outline-offset:-2px}
#heads{position:absolute;inset:0 0 auto;height:34px;z-index:3;pointer-events:none;overflow:hidden;
  border-bottom:1px solid var(--st-border-color);
  background:color-mix(in srgb,var(--st-background-color) 88%,transparent)}
#heads[hidden]{display:none}
#heads span{position:absolute;top:8px;transform:translateX(-50%);font-weight:600;font-size:12.5px;white-space:nowrap;
  color:color-mix(in srgb,var(--st-text-color) 78%,transparent)}
#tip{position:absolute;left:10px;top:42px;max-width:70%;z-index:6;padding:5px 9px;border-radius:6px;pointer-events:none;
  background:var(--st-text-color);color:var(--st-background-color)}
#legend{position:absolute;left:10px;bottom:8px;right:220px;z-index:3;display:flex;flex-wrap:wrap;gap:2px 14px;
  font-size:12px;pointer-events:none}
#legend span{display:inline-flex;align-items:center;gap:5px;padding:1px 3px;border-radius:4px;
  background:color-mix(in srgb,var(--st-background-color) 86%,transparent)}
#foot{position:absolute;inset:auto 0 0;height:48px;z-index:2;pointer-events:none;
  background:color-mix(in srgb,var(--st-background-color) 90%,transparent)}
#tools{position:absolute;right:8px;bottom:8px;z-index:5;display:flex;gap:4px}
button{font:inherit;color:inherit;cursor:pointer;border:1px solid var(--st-border-color);border-radius:6px;
  background:var(--st-background-color)}
#tools button{min-width:32px;height:32px;padding:0 8px;display:inline-flex;align-items:center;justify-content:center}
#tools button:hover{border-color:var(--st-primary-color);color:var(--st-primary-color)}
button:focus-visible{outline:2px solid var(--st-primary-color);outline-offset:1px}
#panel{position:absolute;inset:0 0 48px auto;width:min(420px,90%);z-index:5;display:none;overflow:auto;padding:10px;
  background:var(--st-background-color);border-left:1px solid var(--st-border-color)}
#panel[data-open]{display:block}
#list{list-style:none;margin:0;padding:0}
#list button{width:100%;text-align:left;border-color:transparent;padding:4px 6px}
#list button:hover{background:var(--st-secondary-background-color)}
@media (max-width:700px){#legend{right:10px;bottom:46px}}
"""


@cache
def _component() -> Any:
    # Inline code must hold a line break, or Streamlit reads it as a path; the bundle's first line is its banner.
    script = "\n" + (_UI / "static" / "graph.bundle.js").read_text("utf-8")
    return st.components.v2.component("sightlines_graph", html=_HTML, css=_CSS, js=script)


@dataclass(frozen=True, slots=True, kw_only=True)
class Picked:
    """What was clicked: a link (by its k), an entity (by its id), or nothing (the background)."""

    kind: Literal["link", "entity", "none"]
    id: str


def graph_view(
    entities: Sequence[EntityRef],
    links: Sequence[LinkRef],
    *,
    key: str,
    layout: Literal["chain", "network"] = "chain",
    height: int = 700,
    focus: str = "",
    picked: str = "",
    path: bool = False,
    on_pick: Callable[[Picked], None] | None = None,
    on_open: Callable[[str], None] | None = None,
) -> None:
    """Draw. A click calls `on_pick`, a double click on an entity `on_open`, both before the page runs again.

    `height` (pixels) is the most that the drawing takes; `path` names every line, however many there are.
    """
    data = {
        "layout": layout,
        "height": height,
        "focus": focus,
        "picked": picked,
        "path": path,
        "faces": [face.model_dump(exclude={"kinds"}) for face in load_schema().faces],
        "entities": [
            {"id": e.id, "name": clean(e.name, 200), "face": e.face.key, "kind": e.face.name} for e in entities
        ],
        "links": [
            {
                "id": link.k,
                "source": link.subject.id,
                "target": link.object.id,
                "words": link.words,
                "belief": round(link.belief, 4),
                "status": link.status,
                "inferred": link.inferred,
            }
            for link in links
        ],
    }

    def picked_now() -> None:
        event = getattr(st.session_state.get(key), "picked", None) or {}
        kind = event.get("kind")
        if on_pick and kind in ("link", "entity", "none"):
            on_pick(Picked(kind=kind, id=clean(event.get("id"), 80)))

    def opened_now() -> None:
        entity = getattr(st.session_state.get(key), "opened", None)
        if on_open and entity:
            on_open(clean(entity, 80))

    _component()(key=key, data=data, on_picked_change=picked_now, on_opened_change=opened_now)
