"""What people decide: reviews, judgements on identity, reliability of publishers. Each can be undone."""

from sqlalchemy import Delete, delete, select

from graph.errors import ConfigError
from graph.ids import SurfaceId
from graph.ledger.opening import Ledger
from graph.ledger.selecting import log_changes
from graph.ledger.tables import JUDGEMENTS, PUBLISHERS, REVIEWS
from graph.records import Judgement, Review


def add_review(ledger: Ledger, review: Review) -> None:
    """Keep a verdict on a claim or on one piece of evidence; the latest on a target counts."""
    if review.target[:2] not in {"c_", "v_"}:
        raise ConfigError(f"only a claim or evidence can be reviewed, not {review.target!r}")
    row = {
        "target": review.target,
        "verdict": str(review.verdict),
        "by": review.by,
        "at": review.at,
        "note": review.note,
    }
    with ledger.writing() as connection:
        connection.execute(REVIEWS.insert().values(row))
        log_changes(connection, "review", {review.target: None})


def withdraw_review(ledger: Ledger, target: str) -> bool:
    """Take back the latest verdict on a target; the one before holds again. Returns whether there was one."""
    newest = select(REVIEWS.c.number).where(REVIEWS.c.target == target).order_by(REVIEWS.c.number.desc()).limit(1)
    with ledger.writing() as connection:
        number = connection.execute(newest).scalar()
        if number is None:
            return False
        connection.execute(delete(REVIEWS).where(REVIEWS.c.number == number))
        log_changes(connection, "review", {target: None})
        return True


def judge(ledger: Ledger, judgement: Judgement) -> None:
    """Keep that two surface entities are the same, different or undecided; replaces an earlier judgement on them."""
    left, right = sorted((judgement.left, judgement.right))
    if left == right:
        raise ConfigError(f"a judgement needs two entities, not {left!r} twice")
    row = {
        "left_id": left,
        "right_id": right,
        "sameness": str(judgement.sameness),
        "by": judgement.by,
        "at": judgement.at,
        "why": judgement.why,
    }
    with ledger.writing() as connection:
        connection.execute(_pair(left, right))
        connection.execute(JUDGEMENTS.insert().values(row))
        log_changes(connection, "judgement", {left: None, right: None})


def unjudge(ledger: Ledger, left: SurfaceId | str, right: SurfaceId | str) -> bool:
    """Take back the judgement on two surface entities. Returns whether there was one."""
    left, right = sorted((left, right))
    with ledger.writing() as connection:
        found = connection.execute(_pair(left, right)).rowcount > 0
        if found:
            log_changes(connection, "judgement", {left: None, right: None})
        return found


def set_reliability(ledger: Ledger, publisher: str, reliability: float | None) -> None:
    """Set how far a publisher is trusted, 0 to 1; None goes back to the default, 1."""
    if reliability is not None and not 0 <= reliability <= 1:
        raise ConfigError(f"a reliability lies between 0 and 1, not {reliability}")
    with ledger.writing() as connection:
        connection.execute(delete(PUBLISHERS).where(PUBLISHERS.c.name == publisher))
        if reliability is not None:
            connection.execute(PUBLISHERS.insert().values(name=publisher, reliability=reliability))
        log_changes(connection, "publisher", {publisher: None})


def _pair(left: str, right: str) -> Delete:
    return delete(JUDGEMENTS).where(JUDGEMENTS.c.left_id == left, JUDGEMENTS.c.right_id == right)
