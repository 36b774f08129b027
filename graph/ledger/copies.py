"""Near copies of a text: MinHash over word 5-grams, compared where a band of the signature is shared.

Documents whose estimated Jaccard similarity is at least 0.8 are a pair, and the connected pairs are one cluster, named
by its smallest document id: the same documents give the same clusters in any order of recording and removal.
Bands of 5 rows find a pair of similarity 0.8 with probability 0.9999 (Leskovec et al., Mining of Massive Datasets,
3.4).
"""

import re
import unicodedata
from hashlib import blake2b

import numpy as np
from sqlalchemy import Connection, delete, or_, select, update

from graph.ledger.selecting import select_in
from graph.ledger.tables import BANDS, COPIES, DOCUMENTS

_PERMUTATIONS, _ROWS, _SIMILAR = 128, 5, 0.8
_AT_ONCE = 10_000  # grams
_WORD = re.compile(r"\w+")


def word_grams(text: str) -> set[str]:
    """Return the text's word 5-grams, without case, spacing and punctuation; a shorter text is one gram."""
    words = _WORD.findall(unicodedata.normalize("NFKC", text).casefold())
    return {" ".join(words[i : i + 5]) for i in range(max(1, len(words) - 4))}


def signature(text: str) -> bytes:
    """The MinHash of the text's word 5-grams; texts that differ in case, space and punctuation only are equal."""
    from datasketch import MinHash  # costs 0.3 s (scipy): only recording pays

    sketch = MinHash(num_perm=_PERMUTATIONS, seed=1)
    every = sorted(gram.encode() for gram in word_grams(text))
    for start in range(0, len(every), _AT_ONCE):  # one batch takes a kilobyte a gram
        sketch.update_batch(every[start : start + _AT_ONCE])
    return np.asarray(sketch.hashvalues, dtype="<u4").tobytes()


def _bands(sign: bytes) -> list[str]:
    width = _ROWS * 4
    return [
        f"{i:x}:{blake2b(sign[i * width : (i + 1) * width], digest_size=8).hexdigest()}"
        for i in range(len(sign) // width)
    ]


def similarity(left: bytes, right: bytes) -> float:
    """Estimate the Jaccard similarity of two signatures, 0 to 1."""
    return float(np.mean(np.frombuffer(left, dtype="<u4") == np.frombuffer(right, dtype="<u4")))


def add_copies(connection: Connection, document: str, sign: bytes) -> set[str]:
    """Pair a new document with its near copies. Returns the documents whose cluster changed, itself included."""
    bands = _bands(sign)
    near = select(BANDS.c.document_id).where(BANDS.c.band.in_(bands)).distinct()
    query = select(DOCUMENTS.c.id, DOCUMENTS.c.signature).where(DOCUMENTS.c.id.in_(near), DOCUMENTS.c.id != document)
    found = [row.id for row in connection.execute(query) if similarity(sign, row.signature) >= _SIMILAR]
    connection.execute(BANDS.insert(), [{"document_id": document, "band": band} for band in bands])
    pairs = [{"left_id": min(document, other), "right_id": max(document, other)} for other in found]
    if pairs:
        connection.execute(COPIES.insert(), pairs)
    return _recluster(connection, {document})


def forget_copies(connection: Connection, document: str) -> set[str]:
    """Take a document out of its cluster. Returns the other documents whose cluster changed."""
    others = _neighbours(connection, {document})
    connection.execute(delete(COPIES).where(or_(COPIES.c.left_id == document, COPIES.c.right_id == document)))
    return _recluster(connection, others)


def _neighbours(connection: Connection, documents: set[str]) -> set[str]:
    right = select_in(connection, select(COPIES.c.right_id), COPIES.c.left_id, documents)
    left = select_in(connection, select(COPIES.c.left_id), COPIES.c.right_id, documents)
    return {row[0] for row in right} | {row[0] for row in left}


def _recluster(connection: Connection, documents: set[str]) -> set[str]:
    """Name the clusters of these documents anew."""
    names: dict[str, str] = {}
    for start in sorted(documents):
        if start in names:
            continue
        members, edge = {start}, {start}
        while edge:
            edge = _neighbours(connection, edge) - members
            members |= edge
        names.update(dict.fromkeys(members, min(members)))
    rows = select_in(connection, select(DOCUMENTS.c.id, DOCUMENTS.c.cluster), DOCUMENTS.c.id, names)
    changed = {row.id for row in rows if row.cluster != names[row.id]}
    for key in sorted(changed):
        connection.execute(update(DOCUMENTS).where(DOCUMENTS.c.id == key).values(cluster=names[key]))
    return changed
