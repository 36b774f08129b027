"""Feeds as sites give them, read through the door `load`."""

import json
from pathlib import Path

import pytest

from graph.records import Document, Failure
from tests.ingest.archives import WORDS, documents, read

RSS = f"""<?xml version="1.0" encoding="utf-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<channel><title>Harbour Courier</title><link>https://courier.example/</link><language>en-gb</language>
<item><title>Cameras &amp; faces</title><link>https://courier.example/1</link><dc:creator>Ines Calder</dc:creator>
<pubDate>Mon, 03 Feb 2020 23:30:00 GMT</pubDate><description>Only a teaser.</description>
<content:encoded><![CDATA[<p>{WORDS}</p><script>steal()</script><ul><li>First item</li><li>Second</li></ul>
<p style="display:none">hidden words</p>]]></content:encoded></item>
<item><title>A short one</title><link>https://courier.example/2</link><description>&lt;b&gt;{WORDS}&lt;/b&gt;</description>
<source url="https://wire.example/rss">Wire Service</source></item>
<item><title>Harbour police buys cameras from a supplier</title><guid isPermaLink="false">urn-less</guid></item>
<item><category>nothing to read</category></item>
</channel></rss>"""
ATOM = f"""<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en"><title>Desk</title>
<entry><title type="html">One &lt;em&gt;more&lt;/em&gt;</title><link rel="alternate" href="https://desk.example/a"/>
<id>tag:desk.example,2021:a</id><updated>2021-05-06T07:08:09Z</updated>
<author><name>Ann Lee</name></author><author><name>Bo Ray</name></author>
<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{WORDS}</p><p>Second paragraph.</p></div></content>
</entry></feed>"""
RDF = f"""<?xml version="1.0"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
xmlns="http://purl.org/rss/1.0/"><channel rdf:about="https://old.example/"><title>Old site</title></channel>
<item rdf:about="https://old.example/1"><title>Old news</title><link>https://old.example/1</link>
<description>{WORDS}</description></item></rdf:RDF>"""


def written(tmp_path: Path, text: str, name: str = "feed.xml") -> Path:
    file = tmp_path / name
    file.write_text(text, encoding="utf-8")
    return file


def test_each_entry_of_a_feed_is_a_document_with_what_the_feed_says_of_it(tmp_path: Path) -> None:
    full, short, title, nothing = read(written(tmp_path, RSS))
    assert isinstance(full, Document)
    assert (full.address, full.headline) == ("https://courier.example/1", "Cameras & faces")
    assert (full.author, full.published, full.publisher) == ("Ines Calder", "2020-02-03", "Harbour Courier")
    assert full.text == f"{WORDS.strip()}\n\n- First item\n\n- Second"
    assert isinstance(short, Document)
    assert short.text == WORDS.strip()
    assert short.reader.endswith("summary")
    assert isinstance(title, Document)
    assert title.text == "Harbour police buys cameras from a supplier"
    assert isinstance(nothing, Failure)
    assert "entry 4" in nothing.reason


def test_an_entry_that_a_feed_took_over_keeps_its_first_publisher(tmp_path: Path) -> None:
    assert [d.publisher for d in read(written(tmp_path, RSS)) if isinstance(d, Document)][1] == "Wire Service"


def test_an_atom_feed_keeps_paragraphs_and_all_authors(tmp_path: Path) -> None:
    (entry,) = documents(written(tmp_path, ATOM))
    assert entry.text == f"{WORDS.strip()}\n\nSecond paragraph."
    assert (entry.author, entry.published, entry.headline) == ("Ann Lee, Bo Ray", "2021-05-06", "One more")
    assert entry.address == "https://desk.example/a"


@pytest.mark.parametrize(
    ("published", "updated", "read"),
    [
        ("2021-05-01", "2021-05-06", ("2021-05-01", "2021-05-06")),
        ("", "2021-05-06", ("2021-05-06", None)),
        ("2021-05-01", "", ("2021-05-01", None)),
        ("2021-05-01", "2999-05-06", ("2021-05-01", None)),
        ("2021-05-06", "2021-05-01", ("2021-05-06", "2021-05-01")),  # as it says
    ],
)
def test_an_entry_tells_when_it_was_published_and_when_changed(
    tmp_path: Path, published: str, updated: str, read: tuple[str, str | None]
) -> None:
    dates = "".join(f"<{n}>{v}T00:00:00Z</{n}>" for n, v in (("published", published), ("updated", updated)) if v)
    feed = ATOM.replace("<updated>2021-05-06T07:08:09Z</updated>", dates)
    (entry,) = documents(written(tmp_path, feed))
    assert (entry.published, entry.modified) == read
    names = (("date_published", published), ("date_modified", updated))
    item = {"id": "https://j.example/1", "content_text": WORDS, **{name: f"{v}T00:00:00Z" for name, v in names if v}}
    as_json = {"version": "https://jsonfeed.org/version/1.1", "title": "J", "items": [item]}
    (entry,) = documents(written(tmp_path, json.dumps(as_json), "feed.json"))
    assert (entry.published, entry.modified) == read


def test_an_old_rdf_feed_is_read(tmp_path: Path) -> None:
    (entry,) = documents(written(tmp_path, RDF))
    assert (entry.address, entry.publisher, entry.text) == ("https://old.example/1", "Old site", WORDS.strip())


def test_a_json_feed_is_read(tmp_path: Path) -> None:
    item = {
        "id": "https://j.example/1",
        "title": "One",
        "content_html": f"<p>{WORDS}</p>",
        "date_published": "2022-03-04T",
    }
    feed = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "J",
        "authors": [{"name": "Ann"}],
        "items": [item, 7],
    }
    first, second = read(written(tmp_path, json.dumps(feed), "feed.json"))
    assert isinstance(first, Document)
    assert (first.address, first.author, first.published) == ("https://j.example/1", "Ann", "2022-03-04")
    assert isinstance(second, Failure)


def test_an_author_is_the_name_and_not_the_mailbox(tmp_path: Path) -> None:
    text = RSS.replace("<dc:creator>Ines Calder</dc:creator>", "<author>i.calder@courier.museum (Ines Calder)</author>")
    assert next(d for d in read(written(tmp_path, text)) if isinstance(d, Document)).author == "Ines Calder"


@pytest.mark.parametrize("encoding", ["utf-16", "iso-8859-1"])
def test_a_feed_is_read_in_the_encoding_it_declares(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "feed"
    text = RSS.replace("Ines Calder", "Inès Caldér").replace('encoding="utf-8"', f'encoding="{encoding}"')
    file.write_bytes(text.encode(encoding))
    assert next(d for d in read(file) if isinstance(d, Document)).author == "Inès Caldér"


@pytest.mark.parametrize("encoding", ["iso-2022-jp", "gb2312", "euc-kr", "koi8-r"])
def test_a_feed_in_an_encoding_of_its_country_is_read(tmp_path: Path, encoding: str) -> None:
    letters = {"iso-2022-jp": "監視カメラ", "gb2312": "监控摄像头", "euc-kr": "감시카메라", "koi8-r": "камеры"}[
        encoding
    ]
    text = RSS.replace("utf-8", encoding).replace("Cameras &amp; faces", letters)
    file = tmp_path / "feed.xml"
    file.write_bytes(text.encode(encoding))
    assert next(each for each in read(file) if isinstance(each, Document)).headline == letters


@pytest.mark.parametrize("encoding", ["utf-8", "punycode", "no-such", "utf-16"])
def test_a_feed_in_another_encoding_than_it_says_is_read_all_the_same(tmp_path: Path, encoding: str) -> None:
    # A guess at the encoding takes minutes for such a row of letters, and the reader would be stopped.
    text = RSS.replace("utf-8", encoding).replace("Only a teaser.", "b" * 400_000).replace("Courier", "Kurîer")
    file = tmp_path / "feed.xml"
    file.write_bytes(text.encode("cp1252"))
    first = next(each for each in read(file) if isinstance(each, Document))
    assert first.publisher == "Harbour Kurîer"
    assert first.text.startswith(WORDS[:40])


def test_a_feed_with_damaged_bytes_is_read_as_far_as_it_goes(tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_bytes(RSS.encode().replace(b"Only a teaser.", b"\0\1\2\xff" * 20))
    assert [each.headline for each in read(file) if isinstance(each, Document)][:2] == [
        "Cameras & faces",
        "A short one",
    ]


def test_an_entry_cannot_give_itself_an_address_that_runs_script(tmp_path: Path) -> None:
    file = written(tmp_path, RSS.replace("https://courier.example/1", "javascript:alert(1)"))
    assert next(d for d in read(file) if isinstance(d, Document)).address == f"{file.resolve().as_uri()}#1"


def test_entries_have_the_same_bytes_when_the_feed_is_fetched_again_with_others(tmp_path: Path) -> None:
    (first,) = documents(written(tmp_path, ATOM))
    more = ATOM.replace("<entry>", "<entry><id>tag:b</id><title>New</title></entry><entry>", 1)
    hashes = {each.address: each.raw_hash for each in documents(written(tmp_path, more, "again.xml"))}
    assert hashes[first.address] == first.raw_hash


@pytest.mark.parametrize(
    "declared",
    [
        '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY x "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
def test_a_feed_cannot_read_files_or_grow_by_entities(tmp_path: Path, declared: str) -> None:
    text = RSS.replace('<rss version="2.0"', f'{declared}<rss version="2.0"').replace("Only a teaser.", "&x;")
    text = text.replace("Cameras &amp; faces", "Cameras &x; faces")
    for each in read(written(tmp_path, text)):
        words = each.text + each.headline if isinstance(each, Document) else each.reason
        assert "root:" not in words
        assert "aaaa" * 5 not in words


@pytest.mark.parametrize("text", ['<rss version="2.0"></rss>', "<rss><channel><item><title>cut o", "<feed>"])
def test_a_feed_without_entries_or_cut_off_is_told_or_read_as_far_as_it_goes(tmp_path: Path, text: str) -> None:
    found = read(written(tmp_path, text))
    assert len(found) == 1
    assert isinstance(found[0], Document) or (found[0].hint and "feed" in found[0].reason)


def test_a_page_about_feeds_is_a_page(tmp_path: Path) -> None:
    file = tmp_path / "page.html"
    file.write_text(
        f"<!doctype html><html><body><article><p>{WORDS}</p><p>&lt;rss&gt; {WORDS}</p></article></body></html>"
    )
    assert [d.kind for d in documents(file)] == ["web"]
    assert "feed" not in documents(file)[0].reader


def test_one_thousand_lines_without_a_text_are_told_once_more_and_no_more(tmp_path: Path) -> None:
    file = tmp_path / "entities.jsonl"
    file.write_text("".join(json.dumps({"id": n, "schema": "Company"}) + "\n" for n in range(5_000)))
    found = read(file)
    assert len(found) == 1_001
    assert isinstance(found[-1], Failure)
    assert "sightlines import" in found[-1].hint


def test_a_line_without_end_is_one_failure_and_the_next_line_is_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ingest.sources.lines.LONGEST", 1_000)
    file = tmp_path / "feed.jsonl"
    file.write_text(json.dumps({"text": "x" * 5_000}) + "\n" + json.dumps({"text": WORDS}) + "\n")
    long, after = read(file)
    assert isinstance(long, Failure)
    assert "line 1" in long.reason
    assert isinstance(after, Document)
    assert after.address.endswith("#2")
