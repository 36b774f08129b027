# ruff: noqa: E501
"""Invented papers as word processors, browsers and PDF libraries set them."""

import html
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from content import Paper, entry

_MARKS = "¹²³"


def marks(numbers: tuple[int, ...]) -> str:
    return ",".join(str(n + 1) for n in numbers)


def word(*, columns: int, heads: bool = False) -> Callable[[Paper, Path], None]:
    def make(paper: Paper, out: Path) -> None:
        from docx import Document
        from docx.enum.section import WD_SECTION
        from docx.enum.text import WD_ALIGN_PARAGRAPH
        from docx.oxml import OxmlElement
        from docx.oxml.ns import qn

        doc = Document()
        doc.add_paragraph(paper.title, style="Title")
        line = doc.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        for n, author in enumerate(paper.authors):
            line.add_run((", " if n else "") + author.name)
            line.add_run(marks(author.places)).font.superscript = True
        for n, place in enumerate(paper.places):
            line = doc.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            line.add_run(str(n + 1)).font.superscript = True
            line.add_run(" " + ", ".join(filter(None, place)))
        doc.add_paragraph(f"Corresponding author: {paper.authors[0].email}")
        doc.add_heading("Abstract", 1)
        doc.add_paragraph(paper.abstract)
        if columns == 2:
            section = doc.add_section(WD_SECTION.CONTINUOUS)
            cols = OxmlElement("w:cols")
            cols.set(qn("w:num"), "2")
            cols.set(qn("w:space"), "400")
            section._sectPr.append(cols)
        for number, (heading, paragraphs) in enumerate(paper.sections):
            doc.add_heading(f"{number + 1}. {heading}" if columns == 1 else heading, 1)
            for paragraph in paragraphs:
                doc.add_paragraph(paragraph).alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            if number == 2:
                table = doc.add_table(rows=3, cols=3)
                for row, cells in enumerate(
                    (
                        ("Set", "Images", "People"),
                        ("Portraits-2M", "2,104,000", "41,200"),
                        ("Harbour-ID", "88,210", "1,404"),
                    )
                ):
                    for col, words in enumerate(cells):
                        table.cell(row, col).text = words
                doc.add_paragraph("Table 1. Sizes of the collections that were compared.", style="Caption")
        doc.add_heading("Acknowledgements", 1)
        doc.add_paragraph(paper.thanks)
        doc.add_heading("References", 1)
        for n, ref in enumerate(paper.references):
            doc.add_paragraph(f"[{n + 1}] {entry(ref, 'ieee')}" if columns == 2 else entry(ref, "apa"))
        if heads:
            doc.sections[0].header.paragraphs[0].text = "Working Papers in Data Ethics 2021/7"
            doc.sections[0].footer.paragraphs[0].text = "Not peer reviewed. Comments are welcome."
        with tempfile.TemporaryDirectory() as folder:
            doc.save(f"{folder}/paper.docx")
            subprocess.run(
                [
                    "soffice",
                    f"-env:UserInstallation=file://{folder}/profile",
                    "--headless",
                    "--convert-to",
                    "pdf",
                    "--outdir",
                    folder,
                    f"{folder}/paper.docx",
                ],
                check=True,
                capture_output=True,
                timeout=180,
            )
            out.write_bytes((Path(folder) / "paper.pdf").read_bytes())

    return make


_CSS = {
    "preprint": "body{font:11pt/1.4 'Noto Sans';max-width:40em}h1{font-size:22pt}.refs{font-size:10pt}",
    "journal": "body{font:10.5pt/1.5 'DejaVu Serif'}h1{font-size:20pt;font-weight:normal}.top{font-size:9pt;color:#666}h2{font-size:13pt}",
    "columns": "body{font:10pt/1.3 'Noto Serif',serif;text-align:justify;hyphens:auto}main{column-count:2;column-gap:24pt}"
    "h1{font-size:18pt;text-align:center}.who{text-align:center}h2{font-size:12pt}",
}


def page(paper: Paper, kind: str) -> str:
    e = html.escape
    who = ", ".join(f"{e(a.name)}<sup>{marks(a.places)}</sup>" for a in paper.authors)
    where = "".join(f"<div><sup>{n + 1}</sup>{e(', '.join(filter(None, p)))}</div>" for n, p in enumerate(paper.places))
    top = '<div class="top">Open Sensing Letters · Research article · Volume 9, 2021</div>' if kind == "journal" else ""
    style = {"preprint": "cvpr", "journal": "nature", "columns": "vancouver"}[kind]
    body = "".join(
        f"<h2>{n + 1 if kind != 'journal' else ''} {e(h)}</h2>" + "".join(f"<p>{e(p)}</p>" for p in paragraphs)
        for n, (h, paragraphs) in enumerate(paper.sections)
    )
    number = "[{}] " if kind == "preprint" else "{}. "
    refs = "".join(f"<p>{number.format(n + 1)}{e(entry(r, style))}</p>" for n, r in enumerate(paper.references))
    return (
        f"<!doctype html><html lang=en><meta charset=utf-8><title>{e(paper.title)}</title><style>{_CSS[kind]}</style><body>{top}"
        f"<h1>{e(paper.title)}</h1><div class=who><p>{who}</p>{where}</div><main><h2>Abstract</h2><p>{e(paper.abstract)}</p>{body}"
        f"<h2>Acknowledgements</h2><p>{e(paper.thanks)}</p><h2>References</h2><div class=refs>{refs}</div></main></body></html>"
    )


def chromium(kind: str) -> Callable[[Paper, Path], None]:
    def make(paper: Paper, out: Path) -> None:
        from playwright.sync_api import sync_playwright

        with sync_playwright() as play:
            browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"])
            tab = browser.new_page()
            tab.set_content(page(paper, kind))
            # As "Print" does: date and title above, address and page number below.
            tab.pdf(
                path=str(out),
                format="A4",
                display_header_footer=kind != "columns",
                header_template='<div style="font-size:8px;width:100%;margin:0 20px">8/3/21, 10:14 AM &nbsp; <span class="title"></span></div>',
                footer_template='<div style="font-size:8px;width:100%;margin:0 20px">https://letters.example/a/17 &nbsp; <span class="pageNumber"></span>/<span class="totalPages"></span></div>',
                margin={"top": "60px", "bottom": "60px", "left": "50px", "right": "50px"},
            )
            browser.close()

    return make


def typst(paper: Paper, out: Path) -> None:
    import typst as engine

    def t(text: str) -> str:
        return "".join("\\" + c if c in "#$*_[]@<>`\\" else c for c in text)

    who = " #h(1em) ".join(f"{t(a.name)}#super[{marks(a.places)}]" for a in paper.authors)
    where = " \\\n".join(f"#super[{n + 1}]{t(', '.join(filter(None, p)))}" for n, p in enumerate(paper.places))
    body = "\n\n".join(f"= {t(h)}\n\n" + "\n\n".join(map(t, ps)) for h, ps in paper.sections)
    refs = "\n\n".join(f"\\[{n + 1}\\] {t(entry(r, 'plain'))}" for n, r in enumerate(paper.references))
    source = (
        '#set page(paper: "a4", columns: 2, numbering: "1", header: context { if counter(page).get().first() > 1 [Preprint. Under review.] })\n'
        '#set par(justify: true)\n#set text(size: 10pt, lang: "en")\n#set heading(numbering: "1.")\n'
        f'#place(top, scope: "parent", float: true)[#align(center)[#text(17pt, weight: "bold")[{t(paper.title)}]\n\n{who}\n\n{where}]]\n'
        f"*Abstract.* {t(paper.abstract)}\n\n{body}\n\n#heading(numbering: none)[Acknowledgments]\n{t(paper.thanks)}\n\n#heading(numbering: none)[References]\n{refs}\n"
    )
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "paper.typ").write_text(source, "utf-8")
        engine.compile(f"{folder}/paper.typ", output=str(out))


def groff(paper: Paper, out: Path) -> None:
    lines = [".TL", paper.title]
    for a in paper.authors:
        lines += [".AU", a.name, ".AI", *filter(None, paper.places[a.places[0]])]
    lines += [".AB", paper.abstract, ".AE"]
    for h, ps in paper.sections:
        lines += [".NH", h]
        for p in ps:
            lines += [".PP", p]
    lines += [".SH", "Acknowledgements", ".PP", paper.thanks, ".SH", "References"]
    for n, r in enumerate(paper.references):
        lines += [f".IP [{n + 1}] 4", entry(r, "acm")]
    done = subprocess.run(
        ["groff", "-k", "-ms", "-Tpdf"], input="\n".join(lines).encode(), capture_output=True, check=True, timeout=60
    )
    out.write_bytes(done.stdout)


def reportlab(paper: Paper, out: Path) -> None:
    from reportlab.lib.enums import TA_JUSTIFY
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.platypus import BaseDocTemplate, Frame, FrameBreak, NextPageTemplate, PageTemplate, Paragraph

    sheet = getSampleStyleSheet()
    body = ParagraphStyle("b", parent=sheet["Normal"], alignment=TA_JUSTIFY, fontSize=9, leading=11, firstLineIndent=10)
    small = ParagraphStyle("s", parent=sheet["Normal"], fontSize=8, leading=9.5, leftIndent=12, firstLineIndent=-12)
    wide, high = A4

    def head(canvas: Any, doc: Any) -> None:
        canvas.setFont("Helvetica", 8)
        canvas.drawString(50, high - 35, f"Studies in Sensing {doc.page + 100}")
        canvas.drawCentredString(wide / 2, 30, str(doc.page))

    def frames(top: float) -> list[Frame]:
        return [Frame(50, 50, 240, top - 50, id="l"), Frame(305, 50, 240, top - 50, id="r")]

    doc = BaseDocTemplate(str(out), pagesize=A4, title="untitled")
    doc.addPageTemplates(
        [
            PageTemplate("first", [Frame(50, high - 210, wide - 100, 160, id="t"), *frames(high - 220)], onPage=head),
            PageTemplate("later", frames(high - 50), onPage=head),
        ]
    )
    e = html.escape
    who = ", ".join(f"{e(a.name)}<super>{marks(a.places)}</super>" for a in paper.authors)
    flow: list[Any] = [
        NextPageTemplate("later"),
        Paragraph(e(paper.title), sheet["Title"]),
        Paragraph(who, sheet["Normal"]),
    ]
    flow += [
        Paragraph(f"<super>{n + 1}</super> {e(', '.join(filter(None, p)))}", sheet["Italic"])
        for n, p in enumerate(paper.places)
    ]
    flow += [FrameBreak(), Paragraph("Summary", sheet["Heading2"]), Paragraph(e(paper.abstract), body)]
    for n, (h, ps) in enumerate(paper.sections):
        flow += [Paragraph(f"{n + 1} {e(h)}", sheet["Heading2"]), *(Paragraph(e(p), body) for p in ps)]
    flow += [
        Paragraph("Acknowledgement", sheet["Heading2"]),
        Paragraph(e(paper.thanks), body),
        Paragraph("Bibliography", sheet["Heading2"]),
    ]
    flow += [Paragraph(e(entry(r, "apa")), small) for r in paper.references]
    doc.build(flow)


def fpdf2(paper: Paper, out: Path) -> None:
    from fpdf import FPDF

    pdf = FPDF(format="letter")
    fonts = "/usr/share/fonts/truetype/dejavu/DejaVuSerif"
    pdf.add_font("D", "", fonts + ".ttf")
    pdf.add_font("D", "B", fonts + "-Bold.ttf")
    pdf.set_margin(22)
    pdf.add_page()

    def put(text: str, size: float, style: str = "", align: str = "J", gap: float = 2) -> None:
        pdf.set_font("D", style, size)
        pdf.multi_cell(0, size * 0.5, text, align=align, new_x="LMARGIN", new_y="NEXT")
        pdf.ln(gap)

    put(paper.title, 18, "B", "L")
    for a in paper.authors:
        put(f"{a.name} ({'; '.join(paper.places[n][1] for n in a.places)})", 11, align="L", gap=0)
    pdf.ln(4)
    put("ABSTRACT", 11, "B")
    put(paper.abstract, 10)
    for n, (h, ps) in enumerate(paper.sections):
        put(f"{('I', 'II', 'III', 'IV', 'V', 'VI', 'VII')[n]}. {h.upper()}", 11, "B")
        for p in ps:
            put(p, 10)
    put("ACKNOWLEDGMENTS", 11, "B")
    put(paper.thanks, 10)
    put("REFERENCES", 11, "B")
    for n, r in enumerate(paper.references):
        put(f"{n + 1}. {entry(r, 'lncs')}", 9, align="L", gap=1)
    pdf.output(str(out))
