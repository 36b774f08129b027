"""The language of a text: what it tells clearly holds, what it declares decides the rest."""

import gzip
import json
from pathlib import Path

import pytest

from graph.errors import UnsupportedSource
from graph.records import Document, Failure
from ingest.languages import likeliest, sample, written_in
from ingest.load import load

ENGLISH = (
    "The town of Lindholm has tested cameras that recognise faces in its harbour since March, according to papers that "
    "the council released on Tuesday. The system was supplied by Orvanta, a firm that denies keeping any recordings. "
    "Nobody was told, and the authority has opened an investigation."
)
FRENCH = (
    "La commune de Montrevault essaie depuis mars des caméras qui reconnaissent les visages dans son port, selon des "
    "documents publiés mardi par le conseil. Le système a été fourni par Optivane, qui dément garder les images. "
    "Personne n'a été prévenu, et la commission a ouvert une enquête."
)
GERMAN = (
    "Die Stadt Lindholm hat seit März in ihrem Hafen Kameras erprobt, die Gesichter erkennen, wie aus Unterlagen des "
    "Rates hervorgeht. Das System lieferte die Firma Orvanta, die bestreitet, Aufnahmen aufzubewahren. Mehr ist nicht "
    "bekannt, und die Behörde hat eine Untersuchung eröffnet."
)
NAMES = (
    "[1] Y. Guo, L. Zhang. MS-Celeb-1M: A Dataset and Benchmark. ECCV 2016. [2] Q. Cao, L. Shen. VGGFace2. FG 2018. "
    "[3] IBM, Nvidia, Microsoft, Megvii, SenseTime, Hikvision, Clearview AI, Amazon Rekognition, Orvanta, Kervio, "
    "Optivane, Halvor Optique. CVPR, ICCV, NeurIPS 2019."
)
BOTH = ["en", "fr"]


@pytest.mark.parametrize("declared", [None, "en", "fr", "de", "fr-FR", "x-default", "und", "zz", "", "$lang"])
@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (FRENCH, "fr")])
def test_a_text_that_is_clear_is_in_its_own_language_whatever_is_declared(
    text: str, language: str, declared: str | None
) -> None:
    assert written_in(text, declared, BOTH, "x") == language


@pytest.mark.parametrize("text", ["Orvanta, Lindholm", "Kervio 2019", NAMES, ENGLISH + "\n\n" + FRENCH])
def test_what_is_declared_decides_where_the_text_is_short_or_in_doubt(text: str) -> None:
    assert [written_in(text, code, BOTH, "x") for code in ("en", "fr", "en-GB", "FR_ca")] == ["en", "fr", "en", "fr"]


def test_a_list_of_names_is_taken_for_a_language_that_is_read() -> None:
    assert written_in(NAMES, None, ["en"], "x") == "en"
    assert written_in("Orvanta", None, BOTH, "x") in BOTH


@pytest.mark.parametrize("declared", [None, "en", "de"])
def test_a_text_in_another_language_is_refused_with_its_name(declared: str | None) -> None:
    with pytest.raises(UnsupportedSource, match="'de'"):
        written_in(GERMAN, declared, ["en"], "x")


def test_a_short_text_that_declares_another_language_is_refused() -> None:
    with pytest.raises(UnsupportedSource, match="'nb'"):
        written_in("Kameraer i havnen", "nb-NO", ["en"], "x")


def test_a_long_text_is_judged_by_pieces_of_all_of_it() -> None:
    paper = ENGLISH * 20 + FRENCH * 2_000
    assert written_in(paper, None, BOTH, "x") == "fr"
    assert likeliest(paper, BOTH) == "fr"
    taken = sample(paper)
    assert len(taken) < 20_010
    assert taken.startswith(paper[:1000])
    assert taken.endswith(paper[-1000:])


def page(tmp_path: Path, text: str, attributes: str, head: str = "") -> Document | Failure:
    body = "".join(f"<p>{part}</p>" for part in text.split("\n\n"))
    file = tmp_path / "page.html"
    file.write_text(
        f"<!doctype html><html {attributes}><head><meta charset=utf-8><title>Orvanta</title>{head}</head>"
        f"<body><article><h1>Orvanta</h1>{body}</article></body></html>",
        "utf-8",
    )
    (found,) = load(str(file), language="en,fr")
    return found


@pytest.mark.parametrize(
    ("text", "attributes", "head", "language"),
    [
        (FRENCH, 'lang="en-US"', "", "fr"),  # the page was made from an English template
        (ENGLISH + "\n\n" + FRENCH, 'lang="fr"', "", "fr"),
        (ENGLISH + "\n\n" + FRENCH, 'lang="en"', "", "en"),
        (
            FRENCH + "\n\n" + ENGLISH,
            "",
            f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", "inLanguage": "en"})}</script>',
            "en",
        ),
    ],
)
def test_a_page_declares_its_language_and_its_text_has_the_last_word(
    tmp_path: Path, text: str, attributes: str, head: str, language: str
) -> None:
    found = page(tmp_path, text, attributes, head)
    assert isinstance(found, Document), found
    assert found.language == language


NEWS = Path("../shared/data/news")


@pytest.mark.skipif(not NEWS.is_dir(), reason="the news for measuring are not beside the checkout")
@pytest.mark.parametrize(("name", "language", "other"), [("en_180", "en", "fr"), ("fr_40", "fr", "en")])
def test_no_real_article_is_taken_for_the_other_language(name: str, language: str, other: str) -> None:
    with gzip.open(NEWS / f"articles_{name}.jsonl.gz", "rt", encoding="utf-8") as lines:
        texts = [json.loads(line)["markdown"] for line in lines]
    read = [guessed(text, other) for text in texts if len(text) > 600]
    assert read.count(language) > 0.9 * len(read)
    assert other not in read


def guessed(text: str, declared: str) -> str | None:
    try:
        return written_in(text, declared, BOTH, "x")
    except UnsupportedSource:
        return None
