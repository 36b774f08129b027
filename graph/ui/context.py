"""What `app.py` hands to every page."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from streamlit.navigation.page import StreamlitPage

from graph.settings import Settings
from graph.workspace import Workspace


def alone(name: str, names: Collection[str]) -> bool:  # noqa: ARG001 - what the readers say takes its place
    """No file describes another one."""
    return False


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Settings, the open workspace, the function that adds documents, and the pages by name for links between them.

    `ends` are the endings of the names of files that can be added (`.pdf`); none: any. `beside` says whether a file
    only describes another one among these names.
    """

    settings: Settings
    workspace: Workspace
    add: Callable[..., Any]
    ends: Collection[str] = ()
    beside: Callable[[str, Collection[str]], bool] = alone
    pages: Mapping[str, StreamlitPage] = field(default_factory=dict)
