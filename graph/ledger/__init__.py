"""The ledger: what was read, what it says, and what people decided. SQL is the truth, the graph is made from it.

SQLAlchemy is imported on the first use of a name, so that `sightlines --help` does not pay for it.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from graph.ledger.curation import add_review as add_review
    from graph.ledger.curation import judge as judge
    from graph.ledger.curation import set_reliability as set_reliability
    from graph.ledger.curation import unjudge as unjudge
    from graph.ledger.curation import withdraw_review as withdraw_review
    from graph.ledger.opening import Ledger as Ledger
    from graph.ledger.opening import open_ledger as open_ledger
    from graph.ledger.recording import Removed as Removed
    from graph.ledger.recording import forget_failures as forget_failures
    from graph.ledger.recording import note_failure as note_failure
    from graph.ledger.recording import note_run as note_run
    from graph.ledger.recording import record as record
    from graph.ledger.recording import record_all as record_all
    from graph.ledger.recording import remove as remove
    from graph.ledger.verifying import verify as verify

_HOMES = {
    "graph.ledger.opening": ("Ledger", "open_ledger"),
    "graph.ledger.recording": (
        *("Removed", "record", "record_all", "remove", "note_failure", "forget_failures", "note_run"),
    ),
    "graph.ledger.curation": ("add_review", "withdraw_review", "judge", "unjudge", "set_reliability"),
    "graph.ledger.verifying": ("verify",),
}


def __getattr__(name: str) -> Any:
    home = next((module for module, names in _HOMES.items() if name in names), None)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)
