"""Make the PDFs of tests/ingest/papers again, each with another tool, and `truth.json` beside them.

    python tests/bench/papers/make.py [NAME…]

Needs pdflatex (IEEEtran, llncs, elsarticle, revtex4-2), LibreOffice, Chromium, groff, tesseract and, from PyPI,
typst, reportlab, fpdf2 and python-docx; what is absent is told and left out.
"""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

import office
import tex
from content import FOLDER, Paper, papers


def latex(source: Callable[[Paper], str]) -> Callable[[Paper, Path], None]:
    def make(paper: Paper, out: Path) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "paper.tex").write_text(source(paper), "utf-8")
            for _ in range(2):
                done = subprocess.run(
                    ["pdflatex", "-interaction=nonstopmode", "paper.tex"],
                    cwd=folder,
                    capture_output=True,
                    timeout=120,
                )
            made = Path(folder) / "paper.pdf"
            if not made.exists():
                raise FileNotFoundError(done.stdout.decode("latin-1")[-1500:])
            shutil.copy(made, out)

    return make


def scan(searchable: bool) -> Callable[[Paper, Path], None]:
    def make(paper: Paper, out: Path) -> None:
        """Pictures of the pages at 200 dots an inch; with the words beneath them as tesseract found them."""
        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder) / "first.pdf"
            latex(tex.one_column)(paper, first)
            subprocess.run(["pdftoppm", "-r", "200", "-gray", "-png", str(first), f"{folder}/p"], check=True)
            pages = sorted(Path(folder).glob("p-*.png"))
            if searchable:
                (Path(folder) / "list").write_text("\n".join(map(str, pages)))
                subprocess.run(
                    ["tesseract", f"{folder}/list", f"{folder}/out", "-c", "textonly_pdf=1", "pdf"], check=True
                )
                shutil.copy(Path(folder) / "out.pdf", out)
            else:
                from PIL import Image

                first_, *rest = [Image.open(p).convert("1") for p in pages[:2]]
                first_.save(out, save_all=True, append_images=rest, resolution=200)

    return make


# name → (maker, paper, what the truth is beyond the paper's own)
LAYOUTS: dict[str, tuple[Callable[[Paper, Path], None], int, dict[str, object]]] = {
    "ieee-conference": (latex(tex.ieee_conference), 0, {"first_place": True}),
    "ieee-journal": (latex(tex.ieee_journal), 1, {}),
    "cvpr-arxiv": (latex(tex.cvpr), 1, {"address": "https://arxiv.org/abs/2106.01234", "published": "2021-06-14"}),
    "lncs": (latex(tex.lncs), 3, {}),
    "acm": (latex(tex.acm), 2, {"address": "https://doi.org/10.5555/1122334.1122335"}),
    "elsevier-preprint": (latex(tex.elsevier), 4, {}),
    "revtex": (latex(tex.revtex), 0, {}),
    "latex-one-column": (latex(tex.one_column), 2, {}),
    "latex-footnote-marks": (latex(tex.thesis_like), 3, {"first_place": True}),
    "neurips": (latex(tex.neurips), 4, {}),
    "word-one-column": (office.word(columns=1), 0, {}),
    "word-two-columns": (office.word(columns=2), 1, {}),
    "writer-headers": (office.word(columns=1, heads=True), 3, {}),
    "chromium-preprint": (office.chromium("preprint"), 4, {}),
    "chromium-journal": (office.chromium("journal"), 2, {}),
    "chromium-two-columns": (office.chromium("columns"), 0, {}),
    "typst": (office.typst, 1, {}),
    "groff": (office.groff, 2, {"first_place": True}),
    "reportlab": (office.reportlab, 3, {}),
    "fpdf2": (office.fpdf2, 4, {}),
    "scan-searchable": (scan(True), 2, {}),
    "scan": (scan(False), 2, {"scanned": True}),
}


def main() -> None:
    wanted = sys.argv[1:] or list(LAYOUTS)
    truth_file = FOLDER / "truth.json"
    truth = json.loads(truth_file.read_text("utf-8")) if truth_file.exists() else {}
    all_papers = papers()
    for name in wanted:
        maker, number, more = LAYOUTS[name]
        paper = all_papers[number]
        try:
            maker(paper, FOLDER / f"{name}.pdf")
        except (FileNotFoundError, ImportError) as exc:
            print(f"{name}: left out, {exc}")
            continue
        more = dict(more)
        if more.pop("first_place", False):
            more["affiliations"] = [[a.name, paper.places[a.places[0]][1]] for a in paper.authors]
        truth[name] = paper.truth(**more)
        print(name, (FOLDER / f"{name}.pdf").stat().st_size // 1000, "kB")
    ordered = {name: truth[name] for name in LAYOUTS if name in truth}
    truth_file.write_text(json.dumps(ordered, indent=1, ensure_ascii=False) + "\n", "utf-8")


if __name__ == "__main__":
    main()
