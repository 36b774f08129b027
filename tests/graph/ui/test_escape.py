"""What was read never becomes markup."""

import html as html_library
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.ui.escape import clean, html, md, web_address
from tests.graph.ui.sample import PAYLOADS


@given(st.text(max_size=300))
def test_escaped_html_has_no_tag_and_reads_as_the_cleaned_text(text: str) -> None:
    escaped = html(text)
    assert "<" not in escaped
    assert ">" not in escaped
    assert '"' not in escaped
    assert html_library.unescape(escaped) == clean(text)


@given(st.text(max_size=300))
def test_every_sign_of_markdown_is_escaped(text: str) -> None:
    bare = re.sub(r"\\[\\`*_{}\[\]()<>#+\-.!|~$:&@/=]", "", md(text))
    assert not re.search(r"[`*_{}\[\]()<>#!|~$:]", bare)


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_keeps_its_letters_but_loses_its_power(payload: str) -> None:
    assert "<img" not in html(payload)
    assert "![" not in md(payload)
    assert "](" not in md(payload)


def test_marks_that_turn_the_direction_of_text_are_taken_out() -> None:
    assert clean("name\u202egnp.exe\u2066") == "namegnp.exe"


def test_a_long_text_is_cut_and_says_so() -> None:
    assert clean("x" * 5000, 10) == "x" * 9 + "…"


@pytest.mark.parametrize(
    ("address", "link"),
    [
        ("https://harbour.example/a", True),
        ("http://harbour.example", True),
        ("javascript:alert(1)", False),
        ("data:text/html,x", False),
        ("file:///etc/passwd", False),
        ("https://", False),
        ("http://[bad", False),
        ("", False),
    ],
)
def test_only_a_web_address_becomes_a_link(address: str, link: bool) -> None:
    assert (web_address(address) is not None) is link
