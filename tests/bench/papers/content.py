# ruff: noqa: E501
"""The invented papers and how a reference is written in each house style."""

import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[3]
FOLDER = ROOT / "tests" / "ingest" / "papers"


@dataclass(frozen=True)
class Author:
    name: str
    places: tuple[int, ...]
    email: str


@dataclass(frozen=True)
class Reference:
    authors: tuple[str, ...]
    title: str
    venue: str
    year: int
    pages: str


@dataclass(frozen=True)
class Paper:
    title: str
    authors: tuple[Author, ...]
    places: tuple[tuple[str, str, str], ...]
    abstract: str
    sections: tuple[tuple[str, tuple[str, ...]], ...]
    thanks: str
    references: tuple[Reference, ...]

    def truth(self, **more: Any) -> dict[str, Any]:
        return {
            "title": self.title,
            "authors": [a.name for a in self.authors],
            "affiliations": sorted({(a.name, self.places[n][1]) for a in self.authors for n in a.places}),
            "sections": [heading for heading, _ in self.sections],
            "abstract": self.abstract,
            "thanks": self.thanks,
            "references": [r.title for r in self.references],
            "paragraphs": [p for _, paragraphs in self.sections for p in paragraphs],
        } | more


def papers() -> list[Paper]:
    data = yaml.safe_load((FOLDER / "contents.yml").read_text("utf-8"))
    return [_paper(data, row, number) for number, row in enumerate(data["papers"])]


def _paper(data: dict[str, Any], row: dict[str, Any], seed: int) -> Paper:
    chance = random.Random(seed)
    bank: Sequence[str] = data["sentences"]

    def words(count: int) -> str:
        return " ".join(chance.sample(bank, count))

    return Paper(
        title=row["title"],
        authors=tuple(Author(n, tuple(p), m) for (n, p), m in zip(row["authors"], row["emails"], strict=True)),
        places=tuple(tuple(p) for p in row["places"]),
        abstract=words(5),
        sections=tuple(
            (h, tuple(words(chance.choice((4, 5, 6))) for _ in range(chance.choice((2, 3, 4)))))
            for h in row["sections"]
        ),
        thanks=f"We thank the archive of Lindholm for its help. This work was supported by the Fund for Open Sensing under grant {1040 + seed}.",
        references=tuple(
            Reference(tuple(r[0]), r[1], r[2], r[3], r[4]) for r in (data["references"][n] for n in row["refs"])
        ),
    )


def short(name: str) -> str:
    """`Marit Ellingsen` → `M. Ellingsen`."""
    first, *rest = name.split()
    return " ".join([*(f"{w[0]}." for w in (first, *rest[:-1]) if w[0].isupper()), *rest[-1:]])


def inverted(name: str) -> str:
    first, *rest = name.split()
    return f"{rest[-1]}, " + " ".join(f"{w[0]}." for w in (first, *rest[:-1]))


def joined(names: Sequence[str], last: str) -> str:
    return names[0] if len(names) == 1 else ", ".join(names[:-1]) + last + names[-1]


def entry(ref: Reference, style: str) -> str:
    full, brief, back = ref.authors, [short(a) for a in ref.authors], [inverted(a) for a in ref.authors]
    pages = f", pp. {ref.pages}" if ref.pages else ""
    and_ = ", and " if len(full) > 2 else " and "
    match style:
        case "ieee":
            return f"{joined(brief, and_)}, “{ref.title},” in {ref.venue}, {ref.year}{pages}."
        case "cvpr":
            return f"{joined(full, and_)}. {ref.title}. In {ref.venue}{pages.replace('pp.', 'pages')}, {ref.year}."
        case "lncs":
            return f"{', '.join(back)}: {ref.title}. In: {ref.venue}{pages} ({ref.year})"
        case "acm":
            return f"{joined(full, and_)}. {ref.year}. {ref.title}. In {ref.venue}. {ref.pages}."
        case "elsevier":
            return f"{', '.join(brief)}, {ref.title}, {ref.venue} ({ref.year}) {ref.pages}."
        case "apa":
            return f"{joined(back, ', & ')} ({ref.year}). {ref.title}. {ref.venue}, {ref.pages}."
        case "nature":
            return f"{joined(back, ' & ')} {ref.title}. {ref.venue} 12, {ref.pages} ({ref.year})."
        case "vancouver":
            flat = [a.split(", ")[0] + " " + a.split(", ")[1].replace(".", "").replace(" ", "") for a in back]
            return f"{', '.join(flat)}. {ref.title}. {ref.venue}. {ref.year};12:{ref.pages}."
        case _:
            return f"{joined(full, and_)}. {ref.title}. {ref.venue}{pages}, {ref.year}."
