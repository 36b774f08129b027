"""Annotated passages are read with exact offsets, and a slip in them is named by file and line."""

import pytest

from graph.errors import SourceError
from ingest.gold import held_out, parse_gold

PASSAGE = """\
== withdrawn | news
# traps: denied, latter-two
# a note
1. [Orvanta|O1] took [StrideBank|D1] offline \\[1\\].
2p. [The lab|O1~] says [Halvor AS|O2] never trained on [it|D1~].
> O1 WITHDREW D1 @1 asserted when=2021-05
> not O2 USED D1 @2 reported by="The lab" purpose=train
"""


def test_a_passage_keeps_its_text_offsets_and_claims() -> None:
    (row,) = parse_gold(PASSAGE.splitlines(), "x.txt")
    assert row["text"] == "Orvanta took StrideBank offline [1].\n\nThe lab says Halvor AS never trained on it."
    assert [row["text"][a:b] for a, b in row["sentences"]] == row["text"].split("\n\n")
    assert [row["text"][m["start"] : m["end"]] for m in row["mentions"]] == [
        "Orvanta",
        "StrideBank",
        "The lab",
        "Halvor AS",
        "it",
    ]
    assert row["traps"] == ["denied", "latter-two"]
    assert {e["id"]: e["names"] for e in row["entities"]} == {
        "O1": ["Orvanta"],
        "D1": ["StrideBank"],
        "O2": ["Halvor AS"],
    }
    first, second = row["claims"]
    assert (first["polarity"], first["when"], first["sentences"]) == ("affirmed", "2021-05", [0])
    assert (second["polarity"], second["by"], second["purpose"]) == ("denied", "The lab", "train")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("O1 WITHDREW D1", "D1 WITHDREW O1", "does not join"),
        ("WITHDREW", "VANISHED", "unknown predicate"),
        ("@1 asserted", "@1 certain", "unknown modality"),
        ("@1 asserted", "@7 asserted", "a sentence that is not there"),
        ("O1 WITHDREW", "O9 WITHDREW", "O9 of a claim has no name"),
        ('by="The lab"', 'by="Nobody"', "is not in the text"),
        ("2p.", "3.", "out of order"),
        ("\\[1\\]", "[1]", "a bracket that marks nothing"),
        ("|O2]", "|X2]", "no type has the letter"),
        ("== withdrawn | news", "Some words", "before the first passage"),
    ],
)
def test_a_slip_is_named(old: str, new: str, says: str) -> None:
    with pytest.raises(SourceError, match=says) as caught:
        list(parse_gold(PASSAGE.replace(old, new).splitlines(), "x.txt"))
    assert str(caught.value).startswith("x.txt:")


def test_no_passage_both_teaches_and_measures_even_if_it_stands_twice() -> None:
    rows = [{"id": str(n), "text": f"Passage {n}."} for n in range(25)]
    teach, measure = held_out([*rows, *({**row, "id": f"copy-{row['id']}"} for row in rows)])
    assert len(teach) + len(measure) == 25
    assert len(measure) == 2
    assert not {row["text"] for row in teach} & {row["text"] for row in measure}
