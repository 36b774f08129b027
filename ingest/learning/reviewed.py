"""A team's own verdicts as examples: accepted evidence is a pair that holds, rejected evidence one that does not."""

from graph.enums import Polarity, Verdict
from graph.ledger import Ledger
from graph.ledger.reading import EvidenceRow, reviewed_evidence
from ingest.learning.encoding import LONGEST, Encoder
from ingest.learning.examples import UNKNOWN, Example, Marked, Pair
from ingest.learning.labels import MODALITIES, predicates, types


def reviewed_examples(ledger: Ledger, encoder: Encoder) -> list[Example]:
    """Return the examples of all evidence with a verdict.

    Left out is what nobody was sure of, what a register says, and what rests on several sentences.
    """
    found = (_example(row, encoder) for row in reviewed_evidence(ledger))
    return [example for example in found if example is not None]


def _example(row: EvidenceRow, encoder: Encoder) -> Example | None:
    review = row.review or row.claim_review
    if review is None or review.verdict is Verdict.UNSURE or row.claim.predicate not in predicates():
        return None
    encoded = encoder.encode(row.text)
    start = row.sentence.start
    marked = []
    for mention in (row.subject, row.object):
        words = encoded.span(mention.start - start, mention.end - start)
        inside = row.sentence.start <= mention.start and mention.end <= row.sentence.end
        if words is None or not inside or mention.type not in types():
            return None
        marked.append(Marked(*words, types().index(mention.type), mention.nominal))
    if marked[0].first == marked[1].first or len(encoded.pieces) > LONGEST:
        return None
    labels = [-1.0] * len(predicates())
    right = review.verdict is Verdict.ACCEPTED
    labels[predicates().index(row.claim.predicate)] = float(right)
    pair = Pair(0, 1, labels)
    if right:
        pair.denied = float(row.evidence.polarity is Polarity.DENIED)
        if row.evidence.modality in MODALITIES:
            pair.modality = MODALITIES.index(row.evidence.modality)
    # Only these two names are known to be names: the tags of the sentence teach nothing.
    return Example(str(row.evidence.id), encoded, [UNKNOWN] * len(encoded.words), marked, [pair], text=row.text)
