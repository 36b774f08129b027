"""Marking the words of a sentence never changes the sentence."""

from hypothesis import given
from hypothesis import strategies as st

from graph.reports.claims import Mark, segments

MARKS: tuple[Mark, ...] = ("polarity", "modality", "subject", "object", "speaker", "time", "trigger")
SPANS = st.lists(st.tuples(st.integers(0, 80), st.integers(0, 80), st.sampled_from(MARKS)), max_size=8)


@given(st.text(max_size=60), st.integers(0, 30), SPANS)
def test_the_pieces_joined_are_the_sentence(text: str, start: int, spans: list[tuple[int, int, Mark]]) -> None:
    pieces = segments(text, start, spans, MARKS)
    assert "".join(piece for piece, _ in pieces) == text


def test_each_span_marks_exactly_its_words() -> None:
    found = segments("Argent Labs denies it.", 100, [(100, 111, "subject"), (112, 118, "polarity")], MARKS)
    assert found == (("Argent Labs", "subject"), (" ", None), ("denies", "polarity"), (" it.", None))


def test_a_denial_inside_a_trigger_shows() -> None:
    found = segments("never used", 0, [(0, 10, "trigger"), (0, 5, "polarity")], MARKS)
    assert found == (("never", "polarity"), (" used", "trigger"))


def test_a_span_that_leaves_the_sentence_is_cut_at_its_border() -> None:
    assert segments("one two", 10, [(0, 13, "subject")], MARKS) == (("one", "subject"), (" two", None))
