"""Foreign text on one line: whoever shows it gets the same, and nothing that is not seen."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.commands.output import clean as for_terminals
from graph.plain import one_line, visible
from graph.ui.escape import clean as for_pages
from ingest.registers.values import clean_text as for_cells

HARD = st.text(
    alphabet="ab é\u0301\t\n\v\f\r\x00\x1b\x1c\x7f\x85\u2028\u2029\xa0\xad\u061c\u200b\u200d\u202e\u2066\ue000",
    max_size=30,
)
TEXTS = HARD | st.text(max_size=200) | st.text(alphabet=st.characters(categories=["Cc", "Cf", "Co", "Cs", "Zl", "Zs"]))


@given(TEXTS)
def test_nothing_is_left_that_is_not_seen(text: str) -> None:
    assert not {char for char in visible(text) if unicodedata.category(char)[0] == "C" or char in "\u2028\u2029"}


@given(TEXTS)
def test_doing_it_twice_changes_nothing(text: str) -> None:
    assert visible(visible(text)) == visible(text)
    assert one_line(one_line(text)) == one_line(text)


@given(TEXTS)
def test_letters_and_their_order_stay_and_words_stay_apart(text: str) -> None:
    kept = [" " if char.isspace() and char not in "\x1c\x1d\x1e\x1f" else char for char in text]
    seen = "".join(char for char in kept if char == " " or unicodedata.category(char)[0] != "C")
    assert one_line(text) == " ".join(seen.split())
    assert visible(text).split() == seen.split()


@given(TEXTS, st.integers(1, 40))
def test_a_text_is_cut_at_its_limit_and_says_so(text: str, limit: int) -> None:
    cut = one_line(text, limit)
    assert len(cut) <= limit
    assert cut == one_line(text) or cut.endswith("…")


@given(TEXTS)
def test_terminals_pages_and_cells_show_the_same_words(text: str) -> None:
    words = unicodedata.normalize("NFC", text)
    assert for_pages(words) == one_line(words)
    assert for_terminals(words).split() == one_line(words).split()
    assert for_cells(text) == one_line(words)


@given(TEXTS)
def test_a_cell_reads_as_it_always_did(text: str) -> None:
    """Ids of evidence are made from cells: another reading would be another document."""
    text = unicodedata.normalize("NFC", text)
    text = "".join(c if unicodedata.category(c)[0] != "C" else " " if c in "\t\n\r\f\v\x85" else "" for c in text)
    assert for_cells(text) == re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize(
    "hidden", ["\u202e", "\u2066", "\u061c", "\xad", "\u200b", "\U000e0041", "\ud800", "\x1b[2J", "\ufeff"]
)
def test_what_can_t_be_seen_reaches_nobody(hidden: str) -> None:
    for way in (for_pages, for_terminals, for_cells):
        assert way(f"Or{hidden}vanta") == f"Or{hidden[1:]}vanta"


def test_the_indent_of_a_line_for_the_terminal_stays() -> None:
    assert for_terminals("   two\n  lines") == "   two   lines"


@pytest.mark.parametrize("text", [" " * 3_000_000 + "\x00", "\x00" * 3_000_000, "é\n" * 1_500_000])
def test_a_long_text_takes_no_long_time(text: str) -> None:
    began = time.perf_counter()
    one_line(text, 100)
    assert time.perf_counter() - began < 5
