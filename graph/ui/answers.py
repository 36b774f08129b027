"""The answer of a query: a table whose entity and claim cells open what they name, with CSV and JSON to take away."""

import csv
import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from graph.records import Table
from graph.reports.parts import words_of
from graph.reports.words import count_words
from graph.schema import load_schema
from graph.ui.context import Context
from graph.ui.escape import clean, md
from graph.ui.panels import evidence_panel

# A spreadsheet runs a cell that begins with one of these; a leading apostrophe makes it text again.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def to_csv(table: Table) -> str:
    """The table as CSV; text that a spreadsheet would run as a formula is quoted with an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(table.columns)
    for row in table.rows:
        writer.writerow([_csv_cell(value) for value in row])
    return out.getvalue()


def _csv_cell(value: Any) -> Any:
    if isinstance(value, list | tuple | dict):
        value = json.dumps(value, ensure_ascii=False, default=str)
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def to_json(table: Table) -> str:
    """The table as a JSON list of objects."""
    return json.dumps(list(table.dicts()), ensure_ascii=False, indent=1, default=str)


def show_answer(context: Context, table: Table, kinds: Mapping[str, str], name: str) -> None:
    """Show the rows; selecting one opens its claims below and names its entities for a jump."""
    if not table.rows:
        st.info("No rows: nothing in the graph answers this.")
        return
    more = " The limit cut the answer: there are more." if table.truncated else ""
    left, csv_box, json_box = st.columns([4, 1, 1], vertical_alignment="center")
    left.caption(f"{count_words(len(table.rows), 'row')}.{more} Select a row to read the sentences behind it.")
    csv_box.download_button(
        "CSV", lambda: to_csv(table), f"{name}.csv", "text/csv", on_click="ignore", width="stretch", key=f"{name}-csv"
    )
    json_box.download_button(
        "JSON",
        lambda: to_json(table),
        f"{name}.json",
        "application/json",
        on_click="ignore",
        width="stretch",
        key=f"{name}-json",
    )
    names = _names(context, table)
    frame = pd.DataFrame([[_shown(value, names) for value in row] for row in table.rows], columns=list(table.columns))
    # An id is shown as its name already: a column that repeats it adds nothing.
    twins = [c for c in table.columns if c.endswith("_name") and c.removesuffix("_name") in table.columns]
    frame = frame.drop(columns=twins)
    config = {
        column: st.column_config.ProgressColumn(column, min_value=0, max_value=1, format="%.2f")
        for column in table.columns
        if column in ("belief", "support", "weakest") and _between(table, column)
    }
    event = st.dataframe(
        frame,
        hide_index=True,
        key=f"{name}-answer",
        on_select="rerun",
        selection_mode="single-row",
        column_config=config,
        alt="Rows of the answer",
    )
    chosen = event["selection"]["rows"]
    if chosen and chosen[0] < len(table.rows):
        _open(context, table.rows[chosen[0]], table.columns, kinds, names, name)


def _shown(value: Any, names: Mapping[str, str]) -> Any:
    if isinstance(value, list | tuple):
        if value and all(isinstance(item, str) and item.startswith("c_") for item in value):
            return count_words(len(value), "claim")
        return ", ".join(str(_shown(item, names)) for item in value[:6]) + (" …" if len(value) > 6 else "")
    if isinstance(value, str) and value in load_schema().predicates:
        return words_of(value)
    if isinstance(value, str):
        return clean(names.get(value, value), 600)
    if value is None:
        return ""
    return value if isinstance(value, int | float | bool) else clean(value, 600)


def _between(table: Table, column: str) -> bool:
    at = table.columns.index(column)
    return all(isinstance(row[at], int | float) and 0 <= row[at] <= 1 for row in table.rows)


def _strings(values: Sequence[Any]) -> list[str]:
    found = []
    for value in values:
        found += [value] if isinstance(value, str) else _strings(value) if isinstance(value, list | tuple) else []
    return found


def _names(context: Context, table: Table) -> dict[str, str]:
    """Names of the entities whose ids stand in the table."""
    ids = list(dict.fromkeys(_strings([value for row in table.rows for value in row])))[:5_000]
    cypher = "MATCH (e:Entity) WHERE e.id IN $ids RETURN e.id AS id, e.name AS name"
    found = context.workspace.store.read(cypher, {"ids": ids}, limit=5_000, timeout=context.settings.timeout)
    return {row["id"]: row["name"] for row in found.dicts()}


def _open(
    context: Context,
    row: Sequence[Any],
    columns: Sequence[str],
    kinds: Mapping[str, str],
    names: Mapping[str, str],
    name: str,
) -> None:
    entities = [value for value in dict.fromkeys(_strings(row)) if value in names]
    claims = [v for c, v in zip(columns, row, strict=True) if kinds.get(c, "claims") == "claims"]
    claim_ids = [value for value in dict.fromkeys(_strings(claims)) if value.startswith("c_")]
    for entity in entities[:6]:
        st.page_link(
            context.pages["explore"],
            label=f"Explore {md(names[entity], 80)}",
            icon=":material/hub:",
            query_params={"entity": entity},
        )
    if claim_ids:
        evidence_panel(context.workspace.ledger, context.workspace.store, claim_ids, f"{name}-claims")
