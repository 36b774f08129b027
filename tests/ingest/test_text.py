import re
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.text import ParagraphKind, is_invitation, normalise, split_paragraphs


@given(st.text(max_size=300))
def test_normalising_twice_changes_nothing(text: str) -> None:
    assert normalise(normalise(text)) == normalise(text)


@given(st.text(alphabet="ab .\n\r\t\u00a0\u00ad\u200b\u202e\x00\ufeff\u2028", max_size=60))
def test_normalised_text_has_no_hidden_characters(text: str) -> None:
    assert set(normalise(text)) <= set("ab .\n")


def plainly(text: str) -> str:
    """What `normalise` is to give, character by character."""
    text = re.sub("\r\n?|[\x85\u2028\u2029\v\f]", "\n", unicodedata.normalize("NFC", text))
    kept = []
    for char in text:
        kind = unicodedata.category(char)
        if char == "\t" or kind == "Zs":
            kept.append(" ")
        elif char in "\n\u200c\u200d" or kind not in {"Cc", "Cs", "Cf"}:
            kept.append(char)
    lines = [line.rstrip(" ") for line in unicodedata.normalize("NFC", "".join(kept)).split("\n")]
    return re.sub("\n\n\n+", "\n\n", "\n".join(lines)).strip()


@given(
    st.text(max_size=200)
    | st.text(alphabet=[chr(code) for code in range(128)], max_size=200)
    | st.text(alphabet="a b\n\r\t\v\f\x00\x1f\x7f", max_size=60)
    | st.text(alphabet="aé\u0301 \n\r\u2028\x85\u200b\u200d\ud800\u3000", max_size=60)
)
def test_every_way_to_normalise_gives_the_same(text: str) -> None:
    assert normalise(text) == plainly(text)


@pytest.mark.parametrize("text", ["a" + " " * 1_000_000 + "b", " \n" * 300_000, "a " * 400_000, "\n" * 900_000])
def test_a_million_blanks_are_no_work(text: str) -> None:
    began = time.perf_counter()
    normalise(text)
    normalise(text + "é")
    assert time.perf_counter() - began < 5


def test_accents_survive_and_come_composed() -> None:
    assert normalise("Zu\u0308rich") == "Zürich"


@given(st.lists(st.sampled_from(["A short line", "Some words here.", "", "You may also like", "* item"]), max_size=12))
def test_paragraphs_cover_every_visible_character_in_order(lines: list[str]) -> None:
    text = normalise("\n".join(lines))
    paragraphs = split_paragraphs(text)
    assert all(a.end <= b.start for a, b in pairwise(paragraphs))
    assert "".join("".join(text[p.start : p.end].split()) for p in paragraphs) == "".join(text.split())


def kinds(text: str) -> dict[str, ParagraphKind]:
    return {text[p.start : p.end]: p.kind for p in split_paragraphs(text)}


PROSE = (
    "Tessera sold the cameras to the harbour police in spring, the council's papers show. The contract runs for three "
    "years and covers forty masts along the quay. Residents were told nothing, and the councillor who signed the order "
    "did not reply to questions."
)


def test_everything_after_a_teaser_heading_is_boilerplate_until_prose_returns() -> None:
    text = f"Cameras at the quay\n\n{PROSE}\n\nYou might also like\n\nTen phones we love\n\n2 min read\n\n{PROSE}!"
    found = kinds(text)
    assert found["Ten phones we love"] is found["2 min read"] is ParagraphKind.BOILERPLATE
    assert found[PROSE] is found[PROSE + "!"] is ParagraphKind.BODY
    assert found["Cameras at the quay"] is ParagraphKind.HEADLINE


def test_a_product_that_an_invitation_advertises_is_boilerplate_with_its_description() -> None:
    pitch = "Beacon is a new briefing for people who buy cameras, with data from every market."
    call = "Sign up here for your free trial of Beacon."
    found = kinds(f"Cameras at the quay\n\n{PROSE}\n\n{pitch}\n\n{call}")
    assert found[pitch] is found[call] is ParagraphKind.BOILERPLATE
    assert found[PROSE] is ParagraphKind.BODY


def test_a_subject_of_the_article_is_not_taken_for_an_advert() -> None:
    more = "Tessera is based in Jena and employs ninety people."
    found = kinds(f"Cameras at the quay\n\n{PROSE}\n\n{more}\n\nSign up here for your free trial of Tessera.")
    assert found[PROSE] is ParagraphKind.BODY


@pytest.mark.parametrize("line", ["Advertisement", "clock • 3 min read", "Share this article", "Getty Images"])
def test_page_furniture_is_boilerplate(line: str) -> None:
    assert kinds(f"Cameras at the quay\n\n{line}\n\n{PROSE}")[line] is ParagraphKind.BOILERPLATE


def test_wrapped_lines_are_one_paragraph_and_list_items_are_not() -> None:
    wrapped = (
        "The council bought forty cameras for the quay in the spring of\n2019 and has not said what became of them."
    )
    assert len(split_paragraphs(wrapped)) == 1
    assert len(split_paragraphs("Winners:\n1. Tessera\n2. Lumiq")) == 3


def test_an_invitation_is_told_from_a_report_about_one() -> None:
    assert is_invitation("Register now and save 20 per cent.")
    assert not is_invitation("Voters had to register with the ministry.")
