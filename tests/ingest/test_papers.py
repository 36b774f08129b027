# ruff: noqa: E501
"""Papers made by twenty tools (tests/bench/papers/make.py) are read in order, and their parts told apart."""

import importlib.util
import json
import shutil
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest

from graph.records import Document, Failure
from ingest.load import load
from ingest.papers.outline import outline

FOLDER = Path(__file__).parent / "papers"
BENCH = Path(__file__).parents[1] / "bench" / "bench_papers.py"
# Means over all PDFs, and what each single one must reach; measured values are in the table of the bench.
FLOORS = {
    "title": (1.0, 1.0),
    "authors": (1.0, 1.0),
    "affiliations": (0.99, 0.9),
    "abstract": (1.0, 1.0),
    "sections": (0.98, 0.83),
    "thanks": (1.0, 1.0),
    "references": (0.97, 0.83),
    "text": (0.97, 0.85),
}


def bench() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_papers", BENCH)
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    sys.modules["bench_papers"] = module
    spec.loader.exec_module(module)
    return module


@cache
def paper(name: str) -> Document:
    (document,) = load(str(FOLDER / f"{name}.pdf"))
    assert isinstance(document, Document), document
    return document


def test_papers_of_twenty_tools_are_read_as_well_as_they_were_measured() -> None:
    rows = bench().rows()
    assert len(rows) >= 20
    for column, (mean, least) in FLOORS.items():
        shares = {row.name: row.shares[column] for row in rows}
        assert sum(shares.values()) / len(shares) >= mean, (column, shares)
        assert min(shares.values()) >= least, (column, shares)


@pytest.mark.parametrize("name", ["ieee-conference", "lncs", "chromium-journal", "word-two-columns"])
def test_every_page_begins_where_the_document_says(name: str) -> None:
    document = paper(name)
    assert list(document.pages) == sorted(document.pages)
    assert len(document.pages) > 2
    assert document.pages[0] == 0
    assert "references" not in document.text[: document.pages[1]].casefold().split("\n\n")
    entries = document.text.casefold().rindex("references\n\n")
    assert entries >= document.pages[-3]


def test_heads_feet_and_page_numbers_are_no_text() -> None:
    assert "Working Papers in Data Ethics" not in paper("writer-headers").text
    assert "10:14 AM" not in paper("chromium-preprint").text
    assert "Preprint. Under review." not in paper("typst").text
    for name in ("ieee-journal", "lncs", "latex-footnote-marks"):
        assert not any(part.strip().isdigit() for part in paper(name).text.split("\n\n")), name


def test_a_footnote_stands_apart_and_parts_no_sentence() -> None:
    text = paper("cvpr-arxiv").text
    (note,) = [part for part in text.split("\n\n") if "are kept by the first author" in part]
    assert note == "¹The lists of addresses are kept by the first author and are handed out on request."


def test_ligatures_and_words_cut_at_line_ends_are_whole() -> None:
    text = paper("elsevier-preprint").text + paper("lncs").text
    assert "Officially Identified" in text
    assert "significant" in text
    assert "effects" in text
    assert "\x02" not in text
    assert "ﬁ" not in text


def test_the_stamp_of_a_preprint_gives_address_and_date() -> None:
    document = paper("cvpr-arxiv")
    assert (document.address, document.published) == ("https://arxiv.org/abs/2106.01234", "2021-06-14")
    assert "arXiv:2106" not in document.text


def test_the_authors_are_those_of_the_paper_and_none_of_its_references() -> None:
    truth = json.loads((FOLDER / "truth.json").read_text("utf-8"))
    for name in ("acm", "revtex", "word-one-column"):
        assert paper(name).author == "; ".join(truth[name]["authors"])


def test_a_scan_is_refused_with_a_hint_where_nothing_recognises_text(monkeypatch: pytest.MonkeyPatch) -> None:
    from ingest.sources import Raw
    from ingest.sources import paper as reader

    monkeypatch.setattr(shutil, "which", lambda _: None)
    data = (FOLDER / "scan.pdf").read_bytes()
    with pytest.raises(Exception, match="without text: its 2 pages are pictures") as told:
        list(reader.read(Raw(address="file:scan.pdf", name="scan.pdf", data=data)))
    assert "ocrmypdf" in getattr(told.value, "hint", "")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("tesseract") is None, reason="tesseract is not installed")
def test_a_scan_is_recognised_where_tesseract_is_installed() -> None:
    document = paper("scan")
    assert document.headline == "TrawlNet: Gait Matching Across Seasons"
    assert "recognised by tesseract" in document.reader
    assert outline(document.text, document.headline).abstract


# --- metadata beside a paper ---

CROSSREF = {
    "message": {
        "title": ["TrawlNet: Gait Matching <i>Across</i> Seasons"],
        "author": [{"given": "Ngozi", "family": "Adebayo"}, {"given": "Robert K.", "family": "Stenmark"}],
        "issued": {"date-parts": [[2021, 6, 3]]},
        "container-title": ["Journal of Gait"],
        "DOI": "10.5555/abc.1",
    }
}
OPENALEX = {
    "id": "https://openalex.org/W1",
    "display_name": "TrawlNet: Gait Matching Across Seasons",
    "authorships": [{"author": {"display_name": "Ngozi Adebayo"}}, {"author": {"display_name": "Robert K. Stenmark"}}],
    "publication_date": "2021-06-03",
    "doi": "https://doi.org/10.5555/abc.1",
    "primary_location": {"source": {"display_name": "Journal of Gait"}},
}
BIBTEX = """% exported
@article{adebayo2021, title = {{TrawlNet}: Gait Matching Across Seasons},
  author = "Adebayo, Ngozi and Stenmark, Robert K.", journal={Journal of Gait}, year = 2021, month = jun,
  doi = {10.5555/abc.1}}
"""


@pytest.mark.parametrize(
    ("name", "words", "published"),
    [
        ("paper.json", json.dumps(CROSSREF), "2021-06-03"),
        ("paper.json", json.dumps(OPENALEX), "2021-06-03"),
        ("paper.bib", BIBTEX, "2021-06"),
    ],
)
def test_metadata_beside_a_paper_tells_date_journal_and_address(
    tmp_path: Path, name: str, words: str, published: str
) -> None:
    shutil.copy(FOLDER / "latex-one-column.pdf", tmp_path / "paper.pdf")
    (tmp_path / name).write_text(words, encoding="utf-8")
    (document,) = load(str(tmp_path))
    assert isinstance(document, Document)
    assert (document.published, document.publisher) == (published, "Journal of Gait")
    assert document.address == "https://doi.org/10.5555/abc.1"
    assert document.author == "Ngozi Adebayo; Robert K. Stenmark"


def test_an_arxiv_record_beside_a_paper_gives_its_address(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "latex-one-column.pdf", tmp_path / "paper.pdf")
    record = {
        "id": "2005.01234",
        "title": "TrawlNet",
        "authors": "N. Adebayo and R. Stenmark",
        "update_date": "2020-05-04",
    }
    (tmp_path / "paper.json").write_text(json.dumps(record))
    (document,) = load(str(tmp_path))
    assert isinstance(document, Document)
    assert (document.address, document.published) == ("https://arxiv.org/abs/2005.01234", "2020-05-04")


@pytest.mark.parametrize(
    "words", ["{", "[1, 2]", '{"title": {"a": 1}}', "@article{x, title = {unclosed", "null", "\x00"]
)
def test_a_file_beside_a_paper_that_is_no_metadata_is_left_aside(tmp_path: Path, words: str) -> None:
    shutil.copy(FOLDER / "latex-one-column.pdf", tmp_path / "paper.pdf")
    (tmp_path / "paper.json").write_text(words)
    (document,) = load(str(tmp_path / "paper.pdf"))
    assert isinstance(document, Document)
    assert document.headline == "TrawlNet: Gait Matching Across Seasons"


# --- papers as XML ---

JATS = """<?xml version="1.0"?><!DOCTYPE article PUBLIC "-//NLM//DTD JATS//EN" "JATS.dtd">
<article xml:lang="en" xmlns:xlink="http://www.w3.org/1999/xlink"><front><journal-meta><journal-title-group>
<journal-title>Open Sensing</journal-title></journal-title-group></journal-meta><article-meta>
<article-id pub-id-type="doi">10.5555/os.7</article-id><title-group><article-title>Faces <italic>at</italic> scale</article-title></title-group>
<contrib-group><contrib contrib-type="author"><name><surname>Vos</surname><given-names>Anneke</given-names></name>
<xref ref-type="aff" rid="a1"/></contrib><contrib contrib-type="author"><name><surname>Obi</surname>
<given-names>Samuel</given-names></name><xref ref-type="aff" rid="a2"/></contrib>
<contrib contrib-type="editor"><name><surname>Nobody</surname><given-names>Ed</given-names></name></contrib></contrib-group>
<aff id="a1"><label>1</label><institution>University of Hordaland</institution>, <country>Norway</country></aff>
<aff id="a2"><label>2</label>Kestrel Imaging Research, Zürich</aff>
<pub-date pub-type="epub"><day>3</day><month>6</month><year>2021</year></pub-date>
<abstract><p>We trace what became of the sets.</p></abstract></article-meta></front>
<body><sec><title>Introduction</title><p>The set holds faces&nbsp;of children.<xref ref-type="bibr">1</xref></p>
<fig><label>Figure 1</label><caption><p>The places.</p></caption></fig></sec></body>
<back><ack><title>Acknowledgements</title><p>We thank the archive.</p></ack><ref-list><title>References</title>
<ref><label>1</label><mixed-citation><name><surname>Guo</surname> <given-names>Y</given-names></name>.
<article-title>MS-Celeb-1M: A Dataset and Benchmark</article-title>. <source>ECCV</source>. <year>2016</year>.</mixed-citation></ref>
<ref><element-citation><name><surname>Brenner</surname><given-names>L</given-names></name><article-title>Who Owns a Face?</article-title>
<source>Journal of Data Law</source><year>2020</year></element-citation></ref></ref-list></back></article>"""

TEI = """<TEI xmlns="http://www.tei-c.org/ns/1.0" xml:lang="en"><teiHeader><fileDesc><titleStmt><title>Faces at scale</title></titleStmt>
<sourceDesc><biblStruct><analytic><author><persName><forename>Anneke</forename><surname>Vos</surname></persName>
<affiliation><orgName type="department">Faculty of Law</orgName><orgName type="institution">University of Hordaland</orgName>
<address><country>Norway</country></address></affiliation></author><author><persName><forename>Samuel</forename><surname>Obi</surname></persName>
<affiliation><orgName type="institution">Kestrel Imaging Research</orgName></affiliation></author></analytic>
<monogr><title>Open Sensing</title><imprint><date type="published" when="2021-06-03"/></imprint></monogr><idno type="DOI">10.5555/os.7</idno>
</biblStruct></sourceDesc></fileDesc><profileDesc><abstract><p>We trace what became of the sets.</p></abstract></profileDesc></teiHeader>
<text><body><div><head n="1">Introduction</head><p>The set holds faces of children.</p></div></body><back>
<div type="acknowledgement"><div><head>Acknowledgements</head><p>We thank the archive.</p></div></div>
<div type="references"><listBibl><biblStruct><analytic><title>MS-Celeb-1M: A Dataset and Benchmark</title><author><persName>
<forename>Y</forename><surname>Guo</surname></persName></author></analytic><monogr><title>ECCV</title><imprint><date when="2016"/></imprint></monogr>
</biblStruct><biblStruct><analytic><title>Who Owns a Face?</title></analytic><monogr><title>Journal of Data Law</title></monogr></biblStruct>
</listBibl></div></back></text></TEI>"""


def xml(tmp_path: Path, words: str) -> Document | Failure:
    (tmp_path / "paper.xml").write_text(words, encoding="utf-8")
    (found,) = load(str(tmp_path / "paper.xml"))
    return found


@pytest.mark.parametrize("words", [JATS, TEI], ids=["JATS", "TEI"])
def test_a_paper_in_xml_has_the_same_parts_as_a_printed_one(tmp_path: Path, words: str) -> None:
    document = xml(tmp_path, words)
    assert isinstance(document, Document), document
    row = bench().measure(
        "xml",
        document,
        {
            "title": "Faces at scale",
            "authors": ["Anneke Vos", "Samuel Obi"],
            "affiliations": [["Anneke Vos", "University of Hordaland"], ["Samuel Obi", "Kestrel Imaging Research"]],
            "sections": ["Introduction"],
            "abstract": "We trace what became of the sets.",
            "thanks": "We thank the archive.",
            "references": ["MS-Celeb-1M: A Dataset and Benchmark", "Who Owns a Face?"],
        },
    )
    assert set(row.shares.values()) == {1.0}, row
    assert (document.kind, document.published, document.publisher) == ("paper", "2021-06-03", "Open Sensing")
    assert document.address == "https://doi.org/10.5555/os.7"
    assert "The set holds faces of children." in document.text


def test_entities_of_a_hostile_paper_are_neither_read_nor_multiplied(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("the secret words")
    bomb = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    words = (
        f'<!DOCTYPE article [<!ENTITY a0 "laugh"><!ENTITY x SYSTEM "{secret.as_uri()}">{bomb}]>'
        "<article><front><article-meta><title-group><article-title>Faces</article-title></title-group>"
        "</article-meta></front><body><p>It says &x; and &a9; here.</p></body></article>"
    )
    found = xml(tmp_path, words)
    told = found.text if isinstance(found, Document) else found.reason
    assert "secret words" not in told
    assert "laugh" not in told


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("<article><front></article>", "broken XML"),
        ("<article><front/></article>", "without a text"),
        ("<article>" + "<sec>" * 5000 + "</sec>" * 5000 + "</article>", "broken XML"),
    ],
)
def test_xml_that_is_no_paper_is_told(tmp_path: Path, words: str, reason: str) -> None:
    found = xml(tmp_path, words)
    assert isinstance(found, Failure)
    assert reason in found.reason
