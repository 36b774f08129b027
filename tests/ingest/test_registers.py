"""Registers: what a mapping may say, what rows it reads, and what it refuses. No ledger here."""

import gzip
import json
from datetime import date
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import ConfigError, SchemaError, SourceError
from ingest.registers import load_mapping, preview, shipped
from ingest.registers.examples import check
from ingest.registers.importing import PreviewedRow
from ingest.registers.mapping import Mapping, read_mapping
from ingest.registers.names import is_body
from ingest.registers.rows import RowReader
from ingest.registers.said import Row
from ingest.registers.values import cell_of, clean_text, edtf

SALES = """
name: sales
title: Sales
about: Sales of cameras to Halmora Police.
publisher: Veldt Gazette
claims:
- predicate: SUPPLIED
  subject: {column: seller, split: ";", type: Organization}
  object: {column: buyer, type: Organization}
  required: true
"""


def mapping(tmp_path: Path, text: str = SALES) -> Mapping:
    path = tmp_path / "mapping.yml"
    path.write_text(text, encoding="utf-8")
    return read_mapping(path)


def claims(found: Mapping, path: Path) -> dict[int, list[str]]:
    return {row.number: list(row.claims) for row in preview(found, path, 1_000)}


def problems(found: Mapping, path: Path) -> dict[int, list[str]]:
    return {row.number: list(row.problems) for row in preview(found, path, 1_000) if row.problems}


@pytest.mark.parametrize("name", sorted(shipped()))
def test_the_examples_of_every_shipped_mapping_hold_and_make_each_of_its_claims(name: str) -> None:
    found = load_mapping(name)
    assert found.name == name
    assert found.examples
    assert check(found) == []


def test_an_example_that_does_not_hold_is_told(tmp_path: Path) -> None:
    text = (
        SALES + 'examples: [{row: {seller: A Corp, buyer: B Corp}, claims: ["Organization A Corp ACQUIRED B Corp"]}]\n'
    )
    wrong = check(mapping(tmp_path, text))
    assert any("does not claim" in line for line in wrong)
    assert any("claims Organization A Corp SUPPLIED" in line for line in wrong)


@pytest.mark.parametrize(
    ("change", "key"),
    [
        (("predicate: SUPPLIED", "predicate: BEFRIENDED"), "claims.0.predicate"),
        (("object: {column: buyer, type: Organization}", "object: {column: buyer, type: Dataset}"), "claims.0.object"),
        (("type: Organization}\n  required", "type: Comet}\n  required"), "claims.0.object.type"),
        (("object: {column: buyer,", "object: {constant: Veldt Police,"), "claims.0.object.constant"),
        (("object: {column: buyer, type: Organization}", "object: {type: Organization}"), "claims.0.object"),
        (("title: Sales", "titel: Sales"), "titel"),
        (("required: true", "required: true\n  qualifiers: {purpose: train}"), "claims.0.qualifiers"),
        (("about: Sales", "about: &a [x]\nhide: *a\nnote: Sales"), ""),
        (("name: sales", "name: ../sales"), "name"),
        (("title: Sales", "title: [unclosed"), ""),
        (("title: Sales", 'title: !!python/object/apply:os.system ["true"]'), ""),
        (("title: Sales", "digest: x\ntitle: Sales"), "digest"),
    ],
)
def test_a_wrong_mapping_is_refused_with_the_place(tmp_path: Path, change: tuple[str, str], key: str) -> None:
    assert change[0] in SALES
    with pytest.raises(SchemaError, match=r"mapping\.yml") as caught:
        mapping(tmp_path, SALES.replace(*change))
    assert key in str(caught.value)
    assert caught.value.hint


def test_an_endless_mapping_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SchemaError, match="larger"):
        mapping(tmp_path, SALES + "#" * 300_000)


def test_a_mapping_that_does_not_exist_names_those_that_do() -> None:
    with pytest.raises(ConfigError) as caught:
        load_mapping("flok")
    assert "flock" in caught.value.hint


# --- files ---------------------------------------------------------------------------------------------------------

ROWS = [["seller", "buyer", "year"], ["Orvanta Inc", "Halmora Police", "2019"], ["Brintell AG", "Veldt Police", "2020"]]
WANTED = {
    2: ["Organization Orvanta Inc SUPPLIED Organization Halmora Police"],
    3: ["Organization Brintell AG SUPPLIED Organization Veldt Police"],
}


def write(path: Path, rows: list[list[Any]]) -> Path:
    if path.suffix == ".xlsx":
        from openpyxl import Workbook

        book = Workbook()
        sheet = book.active
        assert sheet is not None
        for row in rows:
            sheet.append(row)
        book.save(path)
    elif path.suffix == ".parquet":
        import pandas as pd

        pd.DataFrame(rows[1:], columns=rows[0]).to_parquet(path)
    else:
        mark = {".csv": ",", ".tsv": "\t", ".txt": ";", ".gz": "|"}[path.suffix]
        text = "\r\n".join(mark.join(map(str, row)) for row in rows)
        data = text.encode("utf-8-sig" if path.suffix == ".txt" else "utf-8")
        path.write_bytes(gzip.compress(data) if path.suffix == ".gz" else data)
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.tsv", "a.txt", "a.csv.gz", "a.xlsx", "a.parquet"])
def test_the_same_table_says_the_same_in_every_format(tmp_path: Path, name: str) -> None:
    assert claims(mapping(tmp_path), write(tmp_path / name, ROWS)) == WANTED


def test_a_row_keeps_the_number_that_a_spreadsheet_shows(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('seller,buyer\n"Orvanta\nInc",Halmora Police\n\n,,\nBrintell AG,Veldt Police\n')
    assert claims(mapping(tmp_path), path) == {2: WANTED[2], 5: WANTED[3]}
    (first, _) = preview(mapping(tmp_path), path, 10)
    assert first.text == "row 2: seller: Orvanta Inc | buyer: Halmora Police"


def test_headings_may_stand_further_down_and_the_sheet_be_named(tmp_path: Path) -> None:
    from openpyxl import Workbook

    book = Workbook()
    book.create_sheet("Sales 2019")
    for row in (["A list of sales"], *ROWS[:1], ["in words", "", ""], *ROWS[1:]):
        book["Sales 2019"].append(row)
    book.save(tmp_path / "a.xlsx")
    found = mapping(tmp_path, SALES + "read: {header: 2, first: 4, sheet: Sales 2019}\n")
    assert claims(found, tmp_path / "a.xlsx") == {4: WANTED[2], 5: WANTED[3]}
    assert next(preview(found, tmp_path / "a.xlsx", 1)).text.startswith("sheet Sales 2019, row 4: seller: Orvanta Inc")
    with pytest.raises(SourceError, match="no sheet 'Sales 2020'") as caught:
        list(preview(mapping(tmp_path, SALES + "read: {sheet: Sales 2020}\n"), tmp_path / "a.xlsx", 1))
    assert "Sales 2019" in caught.value.hint


def test_a_formula_is_text_and_numbers_and_days_read_as_people_see_them(tmp_path: Path) -> None:
    path = write(
        tmp_path / "a.xlsx",
        [
            ["seller", "buyer", "year", "day"],
            ['=HYPERLINK("http://x.example")', "Halmora Police", 2019.0, date(2019, 6, 6)],
        ],
    )
    (row,) = preview(mapping(tmp_path), path, 10)
    assert row.text.startswith('sheet Sheet, row 2: seller: =HYPERLINK("http://x.example") | buyer: Halmora Police')
    assert row.text.endswith("| year: 2019 | day: 2019-06-06")


def test_rows_that_do_not_fit_are_named_and_the_rest_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    long = "x" * 3_000
    path.write_text(
        f"seller,buyer\nA Corp,B Corp,C Corp\nA Corp\n,B Corp\n{long},B Corp\nN/A,B Corp\nOrvanta Inc,Halmora Police\n"
    )
    found = problems(mapping(tmp_path), path)
    assert sorted(found) == [2, 3, 4, 5, 6]
    assert "3 cells under 2 headings" in found[2][0]
    assert "1 cell under 2" in found[3][0]
    assert found[4] == found[6] == ["nothing in seller"]
    assert "more than 2000 characters" in found[5][0]
    assert claims(mapping(tmp_path), path)[7] == WANTED[2]


def test_an_unclosed_quote_costs_some_rows_and_not_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('seller,buyer\n"Orvanta,Halmora Police\n' + "Brintell AG,Veldt Police\n" * 20_000)
    found = problems(mapping(tmp_path), path)
    assert "never closed" in found[2][0]
    assert claims(mapping(tmp_path), path)[3] == WANTED[3]


def test_bytes_in_another_encoding_are_read_as_windows_or_reported(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes("seller,buyer\nMüller AG,Halmora Police\n".encode("cp1252"))
    assert claims(mapping(tmp_path), path)[2] == ["Organization Müller AG SUPPLIED Organization Halmora Police"]
    path.write_bytes(b"seller,buyer\n" + b"Orvanta Inc,Halmora Police\n" * 50_000 + b"M\xfcller AG,Halmora Police\n")
    assert [row.problems for row in preview(mapping(tmp_path), path, 60_000) if row.problems] == [
        ("holds bytes that are no text in the file's encoding",)
    ]


@pytest.mark.parametrize(
    ("name", "data", "words"),
    [
        ("a.csv", b"", "no headings"),
        ("a.csv", b"one,two\n1,2\n", "no column 'seller'"),
        ("a.csv.gz", gzip.compress(b"seller,buyer\nA,B\n")[:-12], "damaged"),
        ("a.xlsx", b"PK\x03\x04 no zip at all", "no Excel file"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old kind"),
        ("a.parquet", b"PAR1 nothing", "no Parquet file"),
    ],
)
def test_a_file_that_is_no_register_says_so(tmp_path: Path, name: str, data: bytes, words: str) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(SourceError, match=words) as caught:
        list(preview(mapping(tmp_path), tmp_path / name, 10))
    assert caught.value.hint


def test_a_missing_file_says_so(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="can't be read: No such file"):
        list(preview(mapping(tmp_path), tmp_path / "gone.csv", 10))


def test_a_zip_that_unpacks_to_gigabytes_is_not_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "a.xlsx", ROWS)
    monkeypatch.setattr("ingest.registers.tables.LARGEST_SHEET", 1_000)
    with pytest.raises(SourceError, match="unpacks to more"):
        list(preview(mapping(tmp_path), path, 10))
    packed = write(tmp_path / "a.csv.gz", ROWS * 100)
    monkeypatch.setattr("ingest.registers.tables.LARGEST_TEXT", 500)
    with pytest.raises(SourceError, match="unpacks to more"):
        list(preview(mapping(tmp_path), packed, 1_000))


# --- JSON ----------------------------------------------------------------------------------------------------------

FTM: list[dict[str, Any]] = [
    {"id": "c1", "schema": "Company", "properties": {"name": ["Orvanta Inc"]}},
    {"id": "c2", "schema": "Company", "properties": {"name": ["Brintell AG"]}},
    {"id": "o1", "schema": "Ownership", "properties": {"owner": ["c2"], "asset": ["c1"], "percentage": ["60"]}},
]


@pytest.mark.parametrize("lines", [True, False])
def test_json_lines_and_a_json_list_say_the_same(tmp_path: Path, lines: bool) -> None:
    path = tmp_path / "a.json"
    path.write_text("\n".join(map(json.dumps, FTM)) if lines else json.dumps(FTM, indent=1))
    assert claims(load_mapping("ftm"), path)[3] == [
        "Organization Orvanta Inc SUBSIDIARY_OF Organization Brintell AG [stake=60]"
    ]


def test_broken_lines_of_json_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    deep = "[" * 50_000
    path.write_text("\n".join([json.dumps(FTM[0]), '{"id": ', deep, "7", json.dumps(FTM[1]), json.dumps(FTM[2])]))
    found = problems(load_mapping("ftm"), path)
    assert sorted(found) == [2, 3, 4]
    assert claims(load_mapping("ftm"), path)[6]


def test_json_without_records_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"things": []}\n')
    with pytest.raises(SourceError, match="no list of records under '@graph'"):
        list(preview(load_mapping("rclc"), tmp_path / "a.json", 10))
    (tmp_path / "a.json").write_text("[1, 2")
    with pytest.raises(SourceError, match="is no JSON"):
        list(preview(load_mapping("ftm"), tmp_path / "a.json", 10))


# --- values --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("2019", "2019"),
        ("2019-6", "2019-06"),
        ("2019-06-06", "2019-06-06"),
        ("2019-06-06T12:00:00Z", "2019-06-06"),
        ("20190606", "2019-06-06"),
        ("2019/06/06", "2019-06-06"),
        ("6 June 2019", "2019-06-06"),
        ("June 6th, 2019", "2019-06-06"),
        ("Sept. 2019", "2019-09"),
        ("2019-2021", "2019/2021"),
        ("2019 – 2021", "2019/2021"),
        ("2019-", "2019/.."),
        ("c. 2019", "2019~"),
        ("28/02/2019", "2019-02-28"),
        ("2/28/2019", "2019-02-28"),
        ("03/04/2019", "2019"),
        ("2021-2019", None),
        ("2019-13", None),
        ("30 February 2019", None),
        ("last spring", None),
        ("", None),
    ],
)
def test_dates_are_read_without_guessing(text: str, wanted: str | None) -> None:
    assert edtf(text) == wanted


def test_the_order_of_day_and_month_is_the_mappings_to_say() -> None:
    assert (edtf("03/04/2019", "dmy"), edtf("03/04/2019", "mdy")) == ("2019-04-03", "2019-03-04")


@given(st.text())
def test_a_cell_is_one_clean_line_and_reading_it_again_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    assert "\n" not in once
    assert once == once.strip()


@given(st.dictionaries(st.sampled_from(["seller", "buyer", "year"]), st.text(), min_size=1))
def test_every_value_reads_back_from_the_cell_that_it_was_taken_from(
    tmp_path_factory: pytest.TempPathFactory, cells: dict[str, str]
) -> None:
    found = Mapping.model_validate(
        {
            "name": "sales",
            "title": "Sales",
            "about": "Sales.",
            "claims": [
                {
                    "predicate": "SUPPLIED",
                    "subject": {
                        "column": "seller",
                        "split": [";", "/"],
                        "without_brackets": True,
                        "type": "Organization",
                    },
                    "object": {"column": "buyer", "after_last": "/", "type": "Organization"},
                }
            ],
        }
    )
    row = Row(2, {column: cell_of(text) for column, text in cells.items()})
    for said in RowReader(found).read(row).said:
        for end in (said.subject, said.object):
            assert end.column is not None
            assert row.cells[end.column].text[end.start : end.end] == end.name != ""


@pytest.mark.parametrize(
    "name",
    ["Halmora Police Department", "Orvanta Inc", "BBC", "SenseTime", "University of Veldt", "Post Office", "Tesla"],
)
def test_a_body_is_told_by_its_name(name: str) -> None:
    assert is_body(name)


@pytest.mark.parametrize(
    "name",
    [
        *("Darina Volkovska", "DARINA VOLKOVSKA", "George McAllister", "Tobin Arkwell III", "Ana Brin, Jo Tal"),
        *("users of the app", "Halmora High School students", "Maria", "Will Varnholt", ""),
    ],
)
def test_what_may_be_a_private_person_is_no_body(name: str) -> None:
    assert not is_body(name)


@cache
def whole_file(name: str) -> bytes:
    """Made once: a workbook holds the time of its making, and so has another length in another second."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / name
        if name == "a.json":
            path.write_text("\n".join(map(json.dumps, FTM)))
        else:
            write(path, ROWS)
        return path.read_bytes()


@pytest.mark.parametrize("name", ["a.csv", "a.csv.gz", "a.xlsx", "a.parquet", "a.json"])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_damaged_file_gives_rows_or_a_clear_message(tmp_path: Path, name: str, data: st.DataObject) -> None:
    found, path = load_mapping("ftm") if name == "a.json" else mapping(tmp_path), tmp_path / name
    raw = bytearray(whole_file(name))
    for _ in range(data.draw(st.integers(1, 5))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(raw[: data.draw(st.integers(1, len(raw)))]))
    refused: list[SourceError] = []
    shown: list[PreviewedRow] = []
    try:
        shown = list(preview(found, path, 1_000))
    except SourceError as error:
        refused.append(error)
    assert all(row.text or row.problems for row in shown)
    assert all(error.hint and "\n" not in str(error) for error in refused)
