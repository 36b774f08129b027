"""robots.txt is read as RFC 9309 says, however it is written."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.robots import EVERYTHING, NOTHING, Robots, parse_robots

SITE = "https://example.org"


def allowed(text: str, path: str) -> bool:
    return parse_robots(text).allows(SITE + path)


@pytest.mark.parametrize(
    ("rule", "path", "expected"),
    [  # the examples of RFC 9309, 2.2.3 and of 5.1, and of Google's reference parser
        ("Disallow: /fish", "/fish.html", False),
        ("Disallow: /fish", "/Fish.asp", True),
        ("Disallow: /fish*", "/fishheads/yummy.html", False),
        ("Disallow: /fish/", "/fish", True),
        ("Disallow: /*.php", "/folder/filename.php?parameters", False),
        ("Disallow: /*.php$", "/filename.php?parameters", True),
        ("Disallow: /*.php$", "/a/filename.php", False),
        ("Disallow: /fish*.php", "/fishheads/catfish.php?parameters", False),
        ("Disallow: /*?print=", "/story?print=1", False),
        ("Disallow: /a$", "/ab", True),
        ("Disallow: /a$", "/a", False),
        ("Disallow: /*a$", "/a", False),
        ("Disallow: /a*a$", "/a", True),
        ("Disallow: /path/*/b*/c$", "/path/x/bb/y/c", False),
        ("Disallow:", "/anything", True),
        ("Disallow: /", "/robots.txt", True),
        ("Disallow: /%7ejoe", "/~joe", False),
        ("Disallow: /~joe", "/%7Ejoe", False),
        ("Disallow: /a%2fb", "/a/b", True),
        ("Disallow: /a%2fb", "/a%2Fb", False),
        ("Disallow: /ツ", "/%E3%83%84", False),
        ("Disallow: /p # a remark", "/page", False),
        ("disallow : /p", "/page", False),
        ("Disallow: /page\nAllow: /p", "/page", False),
        ("Disallow: /p\nAllow: /page", "/page/one", True),
        ("Disallow: /page\nAllow: /page", "/page", True),
    ],
)
def test_the_longest_rule_that_matches_decides(rule: str, path: str, expected: bool) -> None:
    assert allowed(f"User-agent: *\n{rule}\n", path) is expected


def test_a_group_that_names_us_counts_alone() -> None:
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Other\nUser-Agent: SIGHTLINES/0.1\nDisallow: /private\n"
    assert allowed(text, "/page")
    assert not allowed(text, "/private/page")
    assert not parse_robots(text, "someone").allows(SITE + "/page")


def test_groups_for_the_same_name_are_one() -> None:
    text = "User-agent: *\nDisallow: /a\nUser-agent: x\nDisallow: /\nUser-agent: *\nDisallow: /b\nCrawl-delay: 7"
    assert [allowed(text, path) for path in ("/a", "/b", "/c")] == [False, False, True]
    assert parse_robots(text).delay == 7


@pytest.mark.parametrize(("value", "delay"), [("2.5", 2.5), ("-1", 0), ("soon", 0), ("1e9", 0), ("999999999", 86_400)])
def test_the_delay_is_a_number_within_bounds(value: str, delay: float) -> None:
    assert parse_robots(f"User-agent: *\nCrawl-delay: {value}").delay == delay


def test_what_is_no_robots_file_forbids_nothing() -> None:
    for text in ("", "<!doctype html><p>Not found", "Disallow: /", "\ufeffUser-agent: other\nDisallow: /"):
        assert parse_robots(text).allows(SITE + "/")
    assert EVERYTHING.allows(SITE)
    assert not NOTHING.allows(SITE)


@given(st.text(max_size=400))
def test_no_text_breaks_the_parser(text: str) -> None:
    assert isinstance(parse_robots("User-agent: *\n" + text).allows(SITE + "/page?a=b"), bool)


@given(st.lists(st.sampled_from("ab*"), max_size=8), st.lists(st.sampled_from("ab"), max_size=8), st.booleans())
def test_stars_match_as_a_regular_expression_would(pattern: list[str], path: list[str], whole: bool) -> None:
    import re

    words, place = "/" + "".join(pattern), "/" + "".join(path)
    expected = re.compile(words.replace("*", ".*") + ("$" if whole else "")).match(place) is None
    assert Robots(rules=((words + "$" * whole, False),)).allows(SITE + place) is expected


def test_a_file_made_to_take_long_does_not() -> None:
    text = "User-agent: *\n" + "Disallow: /" + "a*" * 1_000 + "b$\n" + "Disallow: /x*y*z\n" * 20_000
    start = time.perf_counter()
    assert parse_robots(text).allows(SITE + "/" + "a" * 5_000)
    assert time.perf_counter() - start < 2
