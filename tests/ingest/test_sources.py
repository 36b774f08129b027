"""Files as people have them, read through the door `load`."""

import codecs
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.sources import ENDS, READERS, Raw
from tests.ingest.pdfs import pdf

ARTICLE = """<!doctype html><html lang="en"><head><meta charset="utf-8">
<title>Shop cameras trained on scraped portraits | Harbour Courier</title>
<meta property="og:site_name" content="Harbour Courier">
<meta property="og:title" content="Shop cameras trained on scraped portraits">
<meta name="author" content="Ines Calder">
<meta property="article:published_time" content="2019-06-06T08:00:00Z">
<link rel="canonical" href="https://courier.example/2019/shop-cameras">
</head><body>
<nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport pages</a></li></ul></nav>
<article><h1>Shop cameras trained on scraped portraits</h1>
<p>The cameras in forty supermarkets were trained on Portraits-2M, a collection of faces that was scraped from a
photo platform, the supplier said in a letter to the regulator on Tuesday.</p>
<p>Nobody in the pictures was asked &amp; none was told, according to the letter, which runs to nine pages and names
two universities that used the same collection for their own experiments.</p>
<p>The supplier added that it would stop using the collection by the end of the year and delete what it had made of
it, as far as that is possible.</p></article>
<footer><p>Subscribe to our newsletter! All rights reserved.</p></footer>
<script>document.write("scripted words")</script></body></html>"""
ENGLISH = (
    "The regulator said on Tuesday that the company must delete the pictures and everything that it made of them. " * 3
)


def read(source: Path | str) -> list[Document | Failure]:
    return list(load(str(source)))


def one(source: Path | str) -> Document:
    (found,) = read(source)
    assert isinstance(found, Document), found
    return found


def failure(source: Path | str) -> Failure:
    (found,) = read(source)
    assert isinstance(found, Failure), found
    assert found.stage == "load"
    assert found.hint
    return found


# --- web pages ---


def test_a_page_is_its_article_with_what_it_says_of_itself(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(ARTICLE, encoding="utf-8")
    document = one(file)
    assert document.headline == "Shop cameras trained on scraped portraits"
    assert document.author == "Ines Calder"
    assert document.publisher == "Harbour Courier"
    assert document.published == "2019-06-06"
    assert document.address == "https://courier.example/2019/shop-cameras"
    assert document.kind == "web"
    assert document.raw == file.read_bytes()


def test_a_page_loses_navigation_scripts_and_footer_and_keeps_its_paragraphs(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(ARTICLE, encoding="utf-8")
    text = one(file).text
    assert "Sport pages" not in text
    assert "scripted words" not in text
    assert "newsletter" not in text
    assert "was asked & none was told" in text
    paragraphs = [p for p in text.split("\n\n") if p.startswith(("The cameras", "Nobody", "The supplier"))]
    assert len(paragraphs) == 3


def test_a_page_in_another_charset_keeps_its_letters(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(ARTICLE.replace('"utf-8"', '"iso-8859-1"').replace("Calder", "Caldér").encode("latin-1"))
    assert one(file).author == "Ines Caldér"


def test_a_page_cannot_give_itself_an_address_that_runs_script(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(ARTICLE.replace("https://courier.example/2019/shop-cameras", "javascript:alert(1)"))
    assert one(file).address == file.resolve().as_uri()


def test_html_is_known_by_its_content_whatever_the_name(tmp_path: Path) -> None:
    file = tmp_path / "saved-page"
    file.write_text(ARTICLE, encoding="utf-8")
    assert one(file).kind == "web"


# --- papers ---


def test_a_paper_has_pages_and_its_title(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf([["The set holds faces.", "It is large."], ["Nobody was asked."]], title="Faces at scale"))
    document = one(file)
    assert document.kind == "paper"
    assert document.headline == "Faces at scale"
    first, second = document.pages
    assert document.text[first:].startswith("The set holds faces.")
    assert document.text[second:] == "Nobody was asked."


def test_a_sentence_that_runs_on_over_a_page_stays_one(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf([["The pictures were taken by"], ["a camera in a cafe."]]))
    document = one(file)
    assert document.text == "The pictures were taken by a camera in a cafe."
    assert document.text[document.pages[1] :] == "a camera in a cafe."


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["The soft-", "ware is sold."], "The software is sold."),
        (["A face-recognition set, then a face-", "recognition product."], "then a face-recognition product."),
        (["A state-", "of-the-art method."], "A state-of-the-art method."),
        (["The firm N-", "TechLab won."], "The firm N-TechLab won."),
        (["A face has recognition. A face-", "recognition set."], "A face-recognition set."),
        (["In 2019-", "2020 it was used."], "In 2019-2020 it was used."),
        (["Identi|ed of|cers."], "Identified officers."),
    ],
)
def test_words_cut_at_a_line_end_are_spelled_as_the_paper_spells_them(
    tmp_path: Path, lines: list[str], expected: str
) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf([lines]))
    assert expected in one(file).text


def test_a_paper_with_an_empty_password_is_read(tmp_path: Path) -> None:
    file = tmp_path / "paper.pdf"
    file.write_bytes(pdf([["Printing is forbidden, reading is not."]], password=""))
    assert one(file).text == "Printing is forbidden, reading is not."


def test_a_paper_of_too_many_pages_is_refused_and_never_cut(tmp_path: Path) -> None:
    file = tmp_path / "long.pdf"
    file.write_bytes(pdf([["A page."]] * 2001))
    assert "2001 pages" in failure(file).reason


# --- text and Markdown ---


def test_front_matter_describes_a_markdown_file(tmp_path: Path) -> None:
    file = tmp_path / "brief.md"
    file.write_text(
        "---\nheadline: 'A brief: faces'\npublisher: Desk\npublished: 2020-02-03\nkind: brief\n"
        "address: https://desk.example/1\nsources:\n- {headline: Letter, publisher: Regulator, published: 2020, "
        "address: 'https://regulator.example/letter'}\n- {headline: No address}\n---\n"
        "# Heading\n\nThe *company* used [the set](https://x.example/a) and **Portraits-2M**.\n\n- one item\n",
        encoding="utf-8",
    )
    document = one(file)
    assert (document.headline, document.publisher, document.published) == ("A brief: faces", "Desk", "2020-02-03")
    assert (document.kind, document.address) == ("brief", "https://desk.example/1")
    assert document.text == "Heading\n\nThe company used the set and Portraits-2M.\n\n- one item"
    (source,) = document.sources
    assert (source.publisher, source.published, source.address) == (
        "Regulator",
        "2020",
        "https://regulator.example/letter",
    )


@pytest.mark.parametrize(
    "front",
    [
        "a: &x [1]\nb: *x",  # an alias can grow to gigabytes
        "a: [1",
        "!!python/object/apply:os.system ['touch owned']",
    ],
)
def test_hostile_or_broken_front_matter_is_told(tmp_path: Path, front: str) -> None:
    file = tmp_path / "brief.md"
    file.write_text(f"---\n{front}\n---\nWords.\n")
    assert "front matter" in failure(file).reason
    assert not Path("owned").exists()


def test_snake_case_and_arithmetic_survive_markdown(tmp_path: Path) -> None:
    file = tmp_path / "notes.md"
    file.write_text("The file ms_celeb_1m holds 3 * 4 * 5 pictures.\n")
    assert one(file).text == "The file ms_celeb_1m holds 3 * 4 * 5 pictures."


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1252", "latin-1"])
def test_text_is_read_in_the_encoding_it_has(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "words.txt"
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    text = "Café Müller in Düsseldorf said that the naïve café owner’s pictures were used.\n" * 4
    text = text.replace("’", "'") if encoding == "latin-1" else text
    file.write_bytes(marks.get(encoding, b"") + text.encode(encoding))
    assert one(file).text == text.strip()


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_read_without_a_byte_order_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("The café’s pictures were used.".encode(encoding))
    assert one(file).text == "The café’s pictures were used."


def test_broken_bytes_in_utf_8_are_told_with_their_place(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes("Café Müller".encode() + b"\xc3\x28 and more words")
    assert "broken bytes, the first after 11 characters" in failure(file).reason


def test_a_page_with_broken_bytes_is_read_as_a_browser_shows_it(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_bytes(
        ARTICLE.replace("Calder", "Caldér é ü").replace("letter to", "lett§r to").encode().replace(b"\xc2\xa7", b"\xc2")
    )
    document = one(file)
    assert "Caldér" in (document.author or "")
    assert "lett\ufffdr to" in document.text


def test_cyrillic_text_is_told_to_be_in_another_language(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(("Компания заявила, что удалит все фотографии и модели, обученные на них. " * 5).encode("cp1251"))
    assert "'ru'" in failure(file).reason


def test_line_ends_of_windows_and_old_macs_are_line_ends(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_bytes(b"One line.\r\n\r\nAnother.\r\rThird.")
    assert one(file).text == "One line.\n\nAnother.\n\nThird."


@pytest.mark.parametrize(
    ("said", "read"),
    [
        ("2019-06-06T10:00", "2019-06-06"),
        ("2019-06", "2019-06"),
        ("2019", "2019"),
        ("2019-02-30", None),
        ("2019-13", None),
        ("0000-01-01", None),
        ("٢٠١٩-٠٦-٠٦", None),
        ("June", None),
        ("", None),
    ],
)
def test_a_date_that_is_in_no_calendar_is_left_out(tmp_path: Path, said: str, read: str | None) -> None:
    file = tmp_path / "rows.jsonl"
    file.write_text(json.dumps({"text": ENGLISH, "published": said}))
    assert one(file).published == read


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.__name__)
def test_every_reader_says_how_its_files_are_named(reader: Any) -> None:
    assert reader.ENDS
    assert all(end in ENDS and end == end.lower() and end.startswith(".") for end in reader.ENDS)


@pytest.mark.parametrize("name", [".html", ".eml", ".jsonl", ".pdf", ".mbox", ".htm", ".ndjson"])
def test_a_name_that_a_reader_goes_by_is_one_that_it_gives(name: str) -> None:
    reader = next(reader for reader in READERS if reader.matches(Raw(address="x", name=f"X{name.upper()}", data=b"x")))
    assert name in reader.ENDS  # type: ignore[attr-defined]


# --- JSONL ---


def test_one_bad_line_of_jsonl_does_not_take_the_others_with_it(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    rows = [
        json.dumps({"text": ENGLISH, "headline": "One", "url": "https://a.example/1", "published": "2019-06-06T10:00"}),
        "{broken",
        json.dumps({"headline": "No words"}),
        json.dumps([1, 2]),
        json.dumps({"body": ENGLISH, "title": "Two", "publisher": {"name": "Courier"}, "modified": "2020-01-02"}),
    ]
    file.write_text("\n".join(rows), encoding="utf-8")
    found = read(file)
    first, last = (each for each in found if isinstance(each, Document))
    assert (first.address, first.headline, first.published) == ("https://a.example/1", "One", "2019-06-06")
    assert (last.publisher, last.headline, last.modified) == ("Courier", "Two", "2020-01-02")
    assert last.address == f"{file.resolve().as_uri()}#5"
    reasons = [each.reason for each in found if isinstance(each, Failure)]
    assert [reason.split(" of ")[0] for reason in reasons] == ["line 2", "line 3", "line 4"]


def test_a_deeply_nested_line_is_a_bad_line(tmp_path: Path) -> None:
    file = tmp_path / "feed.jsonl"
    file.write_text("[" * 100_000 + "\n" + json.dumps({"text": ENGLISH}) + "\n")
    assert [type(each) for each in read(file)] == [Failure, Document]


# --- folders, links, standard input ---


def test_a_folder_is_read_in_a_fixed_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/y.txt", ".git/c.txt", ".hidden.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"Words of {name}.")
    assert [d.text for d in read(tmp_path) if isinstance(d, Document)] == [
        "Words of b.txt.",
        "Words of a/y.txt.",
        "Words of a/z.txt.",
    ]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Words.")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "self").symlink_to(tmp_path / "self")
    found = read(tmp_path)
    assert [each.text for each in found if isinstance(each, Document)] == ["Words."]
    assert [Path(each.source).name for each in found if isinstance(each, Failure)] == ["self"]


def test_a_pipe_in_a_folder_does_not_block(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert "no regular file" in failure(tmp_path).reason


def test_an_empty_folder_is_told(tmp_path: Path) -> None:
    assert "holds no files" in failure(tmp_path).reason


def test_standard_input_is_a_document_with_an_address_of_its_content(monkeypatch: pytest.MonkeyPatch) -> None:
    def piped(text: str) -> Document:
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))
        return one("-")

    first, again, other = piped("Words."), piped("Words."), piped("Others.")
    assert first.text == "Words."
    assert first.address == again.address != other.address
