"""The Cypher editor component: CodeMirror with colours, completion from the schema and Ctrl+Enter."""

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from graph.schema import load_schema

_UI = Path(__file__).resolve().parent.parent
_PROPERTIES = "id name kind aliases belief status modality sources evidence earliest latest claim_ids inferred".split()  # noqa: SIM905

_HTML = """<div id="box"><div id="editor"></div>
<div id="foot"><span id="note">Read-only</span>
<button type="button" id="run">Run <kbd>Ctrl ↵</kbd></button></div></div>"""

_CSS = """
#box{border:1px solid var(--st-border-color);border-radius:8px;overflow:hidden;background:var(--st-background-color)}
#box:focus-within{border-color:var(--st-primary-color)}
.cm-editor{font-size:14px;min-height:150px;max-height:420px;color:var(--st-text-color)}
.cm-editor.cm-focused{outline:none}
.cm-content,.cm-gutters{font-family:var(--st-code-font,monospace)}
.cm-gutters{background:var(--st-secondary-background-color)!important;border:0!important;
  color:color-mix(in srgb,var(--st-text-color) 70%,transparent)!important}
.cm-cursor{border-left-color:var(--st-text-color)!important}
.cm-activeLine,.cm-activeLineGutter{background:color-mix(in srgb,var(--st-primary-color) 7%,transparent)!important}
.cm-selectionBackground{background:color-mix(in srgb,var(--st-primary-color) 26%,transparent)!important}
.cm-tooltip{background:var(--st-secondary-background-color)!important;color:var(--st-text-color)!important;
  border-color:var(--st-border-color)!important}
#foot{display:flex;justify-content:space-between;align-items:center;padding:7px 10px;
  background:var(--st-secondary-background-color);color:var(--st-text-color);font:13px var(--st-font,sans-serif)}
#note{border:1px solid var(--st-border-color);border-radius:99px;padding:1px 10px}
#run{font:600 14px var(--st-font,sans-serif);border:0;border-radius:6px;padding:7px 14px;cursor:pointer;
  background:var(--st-primary-color);color:var(--st-background-color)}
#run:focus-visible{outline:2px solid var(--st-text-color);outline-offset:2px}
kbd{font:inherit;font-weight:400;opacity:.85;margin-left:4px}
"""


@cache
def _component() -> Any:
    script = "\n" + (_UI / "static" / "editor.bundle.js").read_text("utf-8")
    return st.components.v2.component("sightlines_editor", html=_HTML, css=_CSS, js=script)


def cypher_editor(value: str, *, key: str, line: int | None = None, message: str = "") -> str | None:
    """Show the editor; return the text when Run was pressed in this very run, else None.

    A new `value` replaces the text; `line` (from 1) is marked with `message`.
    """
    schema = load_schema()
    data = {
        "value": value,
        "title": "Cypher query",
        "labels": ["Entity", *schema.entities, "Claim", "Evidence", "Document", "Snapshot"],
        "relations": [*schema.predicates, "SUBJECT", "OBJECT", "SUPPORTS", "DENIES", "FROM"],
        "properties": _PROPERTIES,
        "line": line,
        "message": message,
    }
    result = _component()(key=key, data=data, on_ran_change=lambda: None, on_text_change=lambda: None)
    ran = getattr(result, "ran", None)
    return str(ran["text"]) if isinstance(ran, dict) and "text" in ran else None
