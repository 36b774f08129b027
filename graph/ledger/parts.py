"""Documents that are parts of one file, such as the blocks of a register: which there are, and what goes with them."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import delete, func, select

from graph.ledger.opening import Ledger
from graph.ledger.rows import review_from
from graph.ledger.tables import DOCUMENTS, EVIDENCE, FAILURES, REVIEWS, SENTENCES
from graph.records import Failure, Review


@dataclass(frozen=True, slots=True, kw_only=True)
class Reviewed:
    """A person's verdict on one piece of evidence, with the words and the claim that it is about."""

    claim_id: str
    words: str
    review: Review


def parts(ledger: Ledger, prefix: str) -> dict[str, list[str]]:
    """The documents whose address begins with `prefix`: address → ids."""
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.address).where(DOCUMENTS.c.address.startswith(prefix, autoescape=True))
    found: dict[str, list[str]] = {}
    with ledger.reading() as connection:
        for row in connection.execute(query.order_by(DOCUMENTS.c.id)):
            found.setdefault(row.address, []).append(row.id)
    return found


def reviewed(ledger: Ledger, prefix: str) -> tuple[Reviewed, ...]:
    """All reviews, from the first to the latest, of evidence in documents whose address begins with `prefix`."""
    words = func.substr(DOCUMENTS.c.text, SENTENCES.c.begins + 1, SENTENCES.c.ends - SENTENCES.c.begins)
    query = (
        select(REVIEWS, EVIDENCE.c.claim_id, words.label("words"))
        .join(EVIDENCE, EVIDENCE.c.id == REVIEWS.c.target)
        .join(SENTENCES, SENTENCES.c.id == EVIDENCE.c.sentence_id)
        .join(DOCUMENTS, DOCUMENTS.c.id == EVIDENCE.c.document_id)
        .where(DOCUMENTS.c.address.startswith(prefix, autoescape=True))
        .order_by(REVIEWS.c.number)
    )
    with ledger.reading() as connection:
        return tuple(
            Reviewed(claim_id=row.claim_id, words=row.words, review=review_from(row._mapping))
            for row in connection.execute(query)
        )


def replace_failures(ledger: Ledger, prefix: str, failures: Iterable[Failure]) -> None:
    """Keep these failures in place of all whose source begins with `prefix`, in one transaction."""
    rows = {f.source: {n: getattr(f, n) for n in ("source", "stage", "reason", "hint", "at")} for f in failures}
    with ledger.writing() as connection:
        connection.execute(delete(FAILURES).where(FAILURES.c.source.startswith(prefix, autoescape=True)))
        if rows:
            connection.execute(delete(FAILURES).where(FAILURES.c.source.in_(list(rows)[:1])))
            connection.execute(FAILURES.insert(), list(rows.values()))
