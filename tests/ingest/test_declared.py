"""What a page declares of itself: dates that can be, and a language that does not contradict itself."""

import json
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html

from ingest.pages.declared import language, modified, page_date

TODAY = date(2024, 5, 1)
ARTICLE = {"@type": "NewsArticle", "dateModified": "2021-06-09T10:00:00+02:00"}


def tree(head: str, attributes: str = "", body: str = "<p>Words.</p>") -> Any:
    return html.document_fromstring(f"<html {attributes}><head>{head}</head><body>{body}</body></html>")


def ld(value: object) -> str:
    return f'<script type="application/ld+json">{json.dumps(value)}</script>'


@pytest.mark.parametrize(
    ("given_", "read"),
    [
        ("2021-06-09T10:00:00+02:00", "2021-06-09"),
        ("2021-06-09 10:00", "2021-06-09"),
        (" 2021-06 ", "2021-06"),
        ("2021", "2021"),
        ("Wed, 09 Jun 2021 08:00:00 GMT", "2021-06-09"),
        ("2024-05-02", "2024-05-02"),  # somewhere it is tomorrow already
        ("2024-05-03", None),
        ("2999-01-01", None),
        ("2021-02-30", None),
        ("2021-13", None),
        ("0001-01-01T00:00:00", None),
        ("1970-01-01T00:00:00Z", None),
        ("20210", None),
        ("soon", None),
        ("", None),
        (None, None),
        (1623225600, None),
        ("٢٠٢١-٠٦-٠٩", None),
    ],
)
def test_a_date_is_taken_when_it_can_be_one(given_: object, read: str | None) -> None:
    assert page_date(given_, today=TODAY) == read


@given(st.text(max_size=80) | st.integers() | st.dates().map(str) | st.datetimes().map(str))
def test_no_date_of_a_page_is_an_error_or_in_the_future(value: object) -> None:
    found = page_date(value, today=TODAY)
    assert found is None or "1991" <= found <= "2024-05-02"


@pytest.mark.parametrize(
    "head",
    [
        '<meta property="article:modified_time" content="2021-06-09T10:00:00Z">',
        '<meta name="article:modified_time" content="2021-06-09">',
        '<meta property="og:updated_time" content="2021-06-09T10:00:00Z">',
        '<meta name="dcterms.modified" content="2021-06-09">',
        '<meta name="DC.Date.Modified" content="2021-06-09">',
        '<meta http-equiv="Last-Modified" content="Wed, 09 Jun 2021 08:00:00 GMT">',
        '<meta itemprop="dateModified" content="2021-06-09">',
        ld(ARTICLE),
        ld([{"@type": "Organization"}, ARTICLE]),
        ld({"@graph": [{"@type": "WebPage", "dateModified": "2022-01-01"}, ARTICLE]}),
        ld({"@type": ["WebPage"], "dateModified": "2021-06-09"}),
        ld({**ARTICLE, "@type": "https://schema.org/LiveBlogPosting"}),
        '<script type="application/ld+json">{broken</script>' + ld(ARTICLE),
        '<meta property="article:modified_time" content="2999-01-01">' + ld(ARTICLE),
        ld(ARTICLE) + '<meta property="og:updated_time" content="2023-01-01">',
    ],
)
def test_the_date_of_the_last_change_is_found(head: str) -> None:
    assert modified(tree(head)) == "2021-06-09"


def test_the_date_of_another_article_on_the_page_is_not_taken() -> None:
    teaser = {"@type": "ItemList", "itemListElement": [{"item": ARTICLE}]}
    assert modified(tree(ld(teaser))) is None
    assert modified(tree(ld([ARTICLE, {**ARTICLE, "dateModified": "2020-01-01"}]))) is None
    times = (
        '<time itemprop="dateModified" datetime="2021-06-09">a</time><time itemprop="dateModified">2020-01-01</time>'
    )
    assert modified(tree("", body=times)) is None
    assert modified(tree("", body=times[: times.index("</time>") + 7])) == "2021-06-09"


@pytest.mark.parametrize(
    "value",
    ["[" * 100_000, '{"@graph": ' * 5_000, '{"@type": {"a": 1}, "dateModified": ["2021"]}', "null", "7", '"x"', ""],
)
def test_hostile_descriptions_are_left_out(value: str) -> None:
    page = tree(f'<script type="application/ld+json">{value}</script>')
    assert modified(page) is None
    assert language(page) is None


@pytest.mark.parametrize(
    ("head", "attributes", "found"),
    [
        ("", 'lang="fr"', "fr"),
        ("", 'lang="fr-CA"', "fr"),
        ("", 'xml:lang="fr"', "fr"),
        ('<meta http-equiv="Content-Language" content="fr">', "", "fr"),
        ('<meta property="og:locale" content="fr_FR">', 'lang="fr"', "fr"),
        (ld({"@type": "Article", "inLanguage": "fr-FR"}), "", "fr"),
        (ld({"@type": "Article", "inLanguage": {"@type": "Language", "name": "fr"}}), "", "fr"),
        ('<meta property="og:locale" content="en_US">', 'lang="fr"', None),
        ("", 'lang="${lang}"', None),
        ("", 'lang="français"', None),
        ('<meta http-equiv="Content-Language" content="en, fr">', "", None),
        ("", "", None),
    ],
)
def test_the_declared_language_is_read_unless_it_contradicts_itself(
    head: str, attributes: str, found: str | None
) -> None:
    assert language(tree(head, attributes)) == found
