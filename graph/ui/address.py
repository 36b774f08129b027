"""The address of a page says what it shows: query parameters are read bounded, and set in one place."""

import streamlit as st

from graph.ui.escape import clean

LONGEST = 2_000  # characters of one value


def asked(name: str, default: str = "") -> str:
    """The value of one query parameter, bounded; it is foreign text."""
    return clean(st.query_params.get(name, default), LONGEST)


def asked_text(name: str) -> str:
    """The value of a parameter that holds several lines, e.g. a query; bounded, otherwise as it came."""
    return st.query_params.get(name, "")[:LONGEST]


def asked_number(name: str, default: float, low: float, high: float) -> float:
    """A number from the address between `low` and `high`; anything else is the default."""
    try:
        number = float(asked(name))
    except ValueError:
        return default
    return number if low <= number <= high else default


def go(**values: str | None) -> None:
    """Set query parameters of this page; None takes one away."""
    for name, value in values.items():
        if value is None or value == "":
            if name in st.query_params:
                del st.query_params[name]
        elif st.query_params.get(name) != value:
            st.query_params[name] = value
