"""Web pages in the shapes of real ones: the article is kept whole, what stands around it is left, walls are told."""

from pathlib import Path

import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.pages.walls import wall
from tests.ingest.pages import TEXTS, Page, pages

PAGES = {page.name: page for page in pages()}
ARTICLES = [name for name, page in PAGES.items() if not page.refused]


def read(page: Page, tmp_path: Path) -> Document | Failure:
    (tmp_path / "page.html").write_text(page.html, encoding="utf-8")
    (found,) = load(str(tmp_path / "page.html"))
    return found


@pytest.mark.parametrize("name", ARTICLES)
def test_the_article_is_kept_paragraph_by_paragraph(name: str, tmp_path: Path) -> None:
    page = PAGES[name]
    document = read(page, tmp_path)
    assert isinstance(document, Document), document
    paragraphs = {part.lstrip("-• ") for part in document.text.split("\n\n")}
    lines = paragraphs | {line.lstrip("-• ") for line in document.text.split("\n")}
    for words in page.keep:
        assert words in lines or (len(words) < 60 and words in document.text), words


@pytest.mark.parametrize("name", ARTICLES)
def test_what_stands_around_an_article_is_left_out(name: str, tmp_path: Path) -> None:
    document = read(PAGES[name], tmp_path)
    assert isinstance(document, Document)
    for words in PAGES[name].leave:
        assert words not in document.text


@pytest.mark.parametrize("name", ARTICLES)
def test_a_page_tells_title_author_date_publisher_and_address(name: str, tmp_path: Path) -> None:
    page = PAGES[name]
    document = read(page, tmp_path)
    assert isinstance(document, Document)
    assert document.headline == page.title
    for field in ("author", "published", "modified", "publisher", "address"):
        if getattr(page, field):
            assert getattr(document, field) == getattr(page, field), field


@pytest.mark.parametrize("name", [name for name, page in PAGES.items() if page.refused])
def test_a_page_without_an_article_is_a_failure_that_says_why(name: str, tmp_path: Path) -> None:
    found = read(PAGES[name], tmp_path)
    assert isinstance(found, Failure), found
    assert PAGES[name].refused in found.reason
    assert found.hint


def test_an_article_about_cookie_walls_is_an_article() -> None:
    about = (
        "“We value your privacy” is the first sentence that visitors of the portal see. Together with its 842 partners "
        "it may store and access information on a device, which the regulator calls unlawful. " + TEXTS[0],
        *TEXTS,
        "The authority wants a button that says “reject all” on the first layer. The firm has appealed.",
    )
    assert wall("Regulator bans cookie wall", about) is None


def test_an_article_with_many_linked_headings_is_an_article() -> None:
    assert wall("Harbour cameras", TEXTS, heads=8, heads_linked=8) is None
