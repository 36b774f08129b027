"""The form of a saved query, made from its typed parameters; values live in the address as `p.name`."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from graph.errors import UnknownEntity
from graph.queries import Parameter, SavedQuery
from graph.reports.parts import EntityRef
from graph.search import find_entity
from graph.stores import GraphStore
from graph.ui.address import asked, go
from graph.ui.escape import clean
from graph.ui.pick import label_of, options_of

_YES = frozenset({"true", "yes", "1", "on"})


def query_form(store: GraphStore, name: str, query: SavedQuery) -> dict[str, object] | None:
    """Show the form; return the parameters of the last press of Run, or None before the first.

    An address that holds every required parameter runs at once: a link to an answer shows the answer.
    """
    prefix = f"ask-{name}-"
    known = options_of(store) if any(param.type == "entity" for param in query.params.values()) else {}
    with st.form(f"ask-form-{name}"):
        values = {
            key: _field(known, prefix + key, key, param, query.example.get(key)) for key, param in query.params.items()
        }
        sent = st.form_submit_button("Run", type="primary", key=f"{prefix}run")
    if sent:
        st.session_state[f"{prefix}sent"] = values
        go(query=name, **{f"p.{key}": "" if value is None else str(value) for key, value in values.items()})
    given = [key for key in query.params if f"p.{key}" in st.query_params]
    complete = all(key in given for key, param in query.params.items() if param.required)
    if f"{prefix}sent" not in st.session_state and given and complete and asked("query") == name:
        st.session_state[f"{prefix}sent"] = values
    found: dict[str, object] | None = st.session_state.get(f"{prefix}sent")
    return found


def in_words(store: GraphStore, query: SavedQuery, params: Mapping[str, object]) -> str:
    """The question with the parameters that it names in their places: what was asked for, else their kind."""
    words = query.question
    for name, param in query.params.items():
        value = str(params.get(name) or "")
        if param.type == "entity" and value:
            try:
                value = find_entity(store, value).name
            except UnknownEntity:
                value = clean(value, 120)
        words = words.replace(f"{{{name}}}", value or f"a {(param.label or name.replace('_', ' ')).lower()}")
    return words


def _field(known: dict[str, EntityRef], key: str, name: str, param: Parameter, example: object) -> Any:
    label = param.label or name.replace("_", " ").capitalize()
    given = asked(f"p.{name}")
    first = next((v for v in (given or None, param.default, param.example, example) if v is not None), None)
    match param.type:
        case "number":
            return st.number_input(label, value=_number(first), key=key)
        case "flag":
            return st.checkbox(label, value=str(first).lower() in _YES, key=key)
        case "date":
            return st.text_input(label, value=str(first or ""), key=key, placeholder="2019-06-30, 2019-06 or 2019")
        case "choice":
            options = list(param.choices)
            return st.selectbox(label, options, index=options.index(first) if first in options else 0, key=key)
        case "entity":
            return _entity(known, key, label, param, given, str(first or ""))
        case _:
            return st.text_input(label, value=str(first or ""), key=key)


def _entity(known: dict[str, EntityRef], key: str, label: str, param: Parameter, given: str, first: str) -> str | None:
    fitting = {i: e for i, e in known.items() if not param.of or e.type == param.of}
    wanted = next((i for i, e in fitting.items() if first in (i, e.name)), None)
    options = list(fitting)
    if wanted is None and given:
        # Never put another entity in the place of one that was asked for: running says that it is unknown.
        options, wanted = [given, *options], given
    elif wanted is None and param.required:
        wanted = next(iter(fitting), None)
    return st.selectbox(
        label,
        options,
        index=options.index(wanted) if wanted else None,
        format_func=lambda option: label_of(fitting[option]) if option in fitting else str(option),
        key=key,
        accept_new_options=True,
        placeholder="any" if not param.required else "Type a name",
    )


def _number(value: object) -> float | int:
    try:
        number = float(str(value))
    except ValueError:
        return 0
    return int(number) if number.is_integer() and "." not in str(value) else number
