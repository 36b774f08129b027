"""The form of a saved query, made from its typed parameters; values live in the address as `p.name`."""

from datetime import date
from typing import Any

import streamlit as st

from graph.queries import Parameter, SavedQuery
from graph.stores import GraphStore
from graph.ui.address import asked, go
from graph.ui.pick import label_of, options_of


def query_form(store: GraphStore, name: str, query: SavedQuery) -> dict[str, object] | None:
    """Show the form; return the parameters of the last press of Run, or None before the first."""
    prefix = f"ask-{name}-"
    with st.form(f"ask-form-{name}"):
        values = {key: _field(store, prefix + key, key, param) for key, param in query.params.items()}
        sent = st.form_submit_button("Run", type="primary", key=f"{prefix}run")
    if sent:
        st.session_state[f"{prefix}sent"] = values
        go(query=name, **{f"p.{key}": "" if value is None else str(value) for key, value in values.items()})
    complete = all(f"p.{key}" in st.query_params for key, p in query.params.items() if p.required)
    if f"{prefix}sent" not in st.session_state and asked("query") == name and (complete and query.params):
        st.session_state[f"{prefix}sent"] = values
    return st.session_state.get(f"{prefix}sent")


def _field(store: GraphStore, key: str, name: str, param: Parameter) -> Any:
    label = param.label or name.replace("_", " ").capitalize()
    given = asked(f"p.{name}")
    default = given or (param.default if param.default is not None else param.example)
    match param.type:
        case "number":
            return st.number_input(label, value=_number(default), key=key, step=None)
        case "flag":
            return st.checkbox(label, value=str(default).lower() in ("true", "1", "yes"), key=key)
        case "date":
            found = st.date_input(label, value=_date(default), key=key)
            return found.isoformat() if isinstance(found, date) else None
        case "choice":
            options = list(param.choices)
            index = options.index(default) if default in options else 0
            return st.selectbox(label, options, index=index, key=key)
        case "entity":
            return _entity(store, key, label, param, str(default or ""))
        case _:
            return st.text_input(label, value=str(default or ""), key=key)


def _entity(store: GraphStore, key: str, label: str, param: Parameter, default: str) -> str | None:
    known = {i: e for i, e in options_of(store).items() if not param.of or e.type == param.of}
    index = list(known).index(default) if default in known else (0 if known else None)
    return st.selectbox(
        label,
        list(known),
        index=index,
        format_func=lambda option: label_of(known[option]) if option in known else str(option),
        key=key,
        accept_new_options=True,
    )


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _date(value: object) -> date | None:
    try:
        return date.fromisoformat(str(value))
    except ValueError:
        return None
