"""What `app.py` hands to every page."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from streamlit.navigation.page import StreamlitPage

from graph.settings import Settings
from graph.workspace import Workspace


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Settings, the open workspace, the function that adds documents, and the pages by name for links between them."""

    settings: Settings
    workspace: Workspace
    add: Callable[..., Any]
    pages: Mapping[str, StreamlitPage] = field(default_factory=dict)
