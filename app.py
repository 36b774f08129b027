"""The app: opens settings and workspace once and hands them to the pages. `sightlines serve` runs it."""

from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from graph.errors import SightlinesError
from graph.settings import load_settings
from graph.ui.blocks import show_error
from graph.ui.context import Context
from graph.ui.pages import PAGES
from graph.workspace import Workspace, open_workspace
from ingest.adding import add
from ingest.load import beside
from ingest.sources import ENDS


@st.cache_resource(show_spinner="Opening the graph …")
def workspace() -> Workspace:
    """Ledger and store, opened once for all sessions."""
    return open_workspace(load_settings())


def main() -> None:
    """Set the page up, open the workspace, and run the page that the address names."""
    st.set_page_config(page_title="Sightlines", page_icon="🔎", layout="wide")
    try:
        opened = workspace()
    except SightlinesError as error:
        show_error(error)
        st.stop()
    pages: dict[str, StreamlitPage] = {}
    context = Context(settings=load_settings(), workspace=opened, add=add, ends=ENDS, beside=beside, pages=pages)
    for name, (title, icon, render) in PAGES.items():
        pages[name] = st.Page(partial(render, context), title=title, icon=icon, url_path=name, default=name == "start")
    page = st.navigation(list(pages.values()), position="top")
    try:
        page.run()
    except SightlinesError as error:  # a page catches what it expects; this is the last resort
        show_error(error)


main()
