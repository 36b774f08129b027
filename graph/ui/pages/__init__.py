"""The pages: each has `render(context)` and at most 150 lines."""

from collections.abc import Callable, Mapping

from graph.ui.context import Context
from graph.ui.pages import ask, explore, start, trace

# name in the address → title, icon, function that draws it
PAGES: Mapping[str, tuple[str, str, Callable[[Context], None]]] = {
    "start": ("Start", ":material/home:", start.render),
    "explore": ("Explore", ":material/hub:", explore.render),
    "trace": ("Trace", ":material/route:", trace.render),
    "ask": ("Ask", ":material/help_center:", ask.render),
}

__all__ = ["PAGES"]
