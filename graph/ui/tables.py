"""Links as a table: the accessible twin of a drawing. Cells never render Markdown or HTML."""

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from graph.reports.parts import LinkRef
from graph.reports.words import modality_words, span_words
from graph.ui.escape import clean

HEIGHT = 560


def link_table(links: Sequence[LinkRef], key: str) -> LinkRef | None:
    """Show the links, one a row, and return the one that is selected."""
    frame = pd.DataFrame(
        {
            "From": [clean(link.subject.name, 200) for link in links],
            "Relation": [link.words for link in links],
            "To": [clean(link.object.name, 200) for link in links],
            "Belief": [link.belief for link in links],
            "Status": [link.status for link in links],
            "How": [modality_words(link.modality) for link in links],
            "When": [span_words(link.earliest, link.latest) for link in links],
            "Sources": [link.sources for link in links],
            "Denials": [link.denials for link in links],
        }
    )
    event = st.dataframe(
        frame,
        hide_index=True,
        height=HEIGHT,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        column_config={"Belief": st.column_config.ProgressColumn("Belief", min_value=0, max_value=1, format="%.2f")},
        alt="Links around the entity; select a row to read its sentences",
    )
    chosen = event["selection"]["rows"]
    return links[chosen[0]] if chosen and chosen[0] < len(links) else None
