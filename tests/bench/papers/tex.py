# ruff: noqa: E501
"""LaTeX sources of invented papers in the shapes of common classes and house styles."""

import re
from collections.abc import Sequence

from content import Paper, entry, short

_FOOT = r"\footnote{The lists of addresses are kept by the first author and are handed out on request.}"
_PLAIN = r"\documentclass[{options}]{{article}}\usepackage[T1]{{fontenc}}\usepackage[utf8]{{inputenc}}"


def escape(text: str) -> str:
    text = re.sub(r"([&%$#_])", r"\\\1", text)
    return re.sub(r"“([^”]*)”", r"``\1''", text).replace("–", "--").replace("’", "'")


def sections(paper: Paper, *, star: str = "") -> str:
    out = []
    for number, (heading, paragraphs) in enumerate(paper.sections):
        out.append(rf"\section{star}{{{escape(heading)}}}")
        for count, paragraph in enumerate(paragraphs):
            foot = _FOOT if (number, count) == (1, 0) else ""
            mark = rf"~\cite{{r{(number + count) % len(paper.references)}}}" if count % 2 else ""
            out.append(escape(paragraph) + mark + foot + "\n")
        if number == 2:
            out.append(_TABLE + r"\begin{equation}L=\sum_i x_i^2+\lambda\|w\|\end{equation}where $x_i$ is a feature.")
    if paper.thanks:
        out.append(rf"\section*{{Acknowledgments}}{escape(paper.thanks)}")
    return "\n".join(out)


_TABLE = r"""\begin{table}[t]\centering\begin{tabular}{lrr}Set&Images&People\\\hline Portraits-2M&2,104,000&41,200\\
Harbour-ID&88,210&1,404\\\end{tabular}\caption{Sizes of the collections that were compared.}\end{table}
"""


def bibliography(paper: Paper, style: str) -> str:
    items = [rf"\bibitem{{r{n}}} {escape(entry(ref, style))}" for n, ref in enumerate(paper.references)]
    return r"\begin{thebibliography}{99}" + "\n".join(items) + r"\end{thebibliography}"


def marks(numbers: Sequence[int], letters: bool = False) -> str:
    return ",".join("abcdef"[n] if letters else str(n + 1) for n in numbers)


def ieee_conference(paper: Paper) -> str:
    blocks = [
        rf"\IEEEauthorblockN{{{escape(a.name)}}}\IEEEauthorblockA{{\textit{{{escape(paper.places[a.places[0]][0])}}} \\"
        rf"\textit{{{escape(paper.places[a.places[0]][1])}}}\\ {escape(paper.places[a.places[0]][2])}\\ {a.email}}}"
        for a in paper.authors
    ]
    boxes = r"\and ".join(blocks)
    return (
        r"\documentclass[conference]{IEEEtran}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\begin{document}"
        rf"\title{{{escape(paper.title)}}}\author{{{boxes}}}\maketitle"
        rf"\begin{{abstract}}{escape(paper.abstract)}\end{{abstract}}"
        r"\begin{IEEEkeywords}face recognition, data sets, privacy\end{IEEEkeywords}"
        + sections(paper)
        + bibliography(paper, "ieee")
        + r"\end{document}"
    )


def ieee_journal(paper: Paper) -> str:
    names = ", ".join(
        escape(a.name) + (r",~\IEEEmembership{Member,~IEEE}" if n == 0 else "") for n, a in enumerate(paper.authors)
    )
    thanks = "".join(
        rf"\thanks{{{escape(short(a.name))} is with the {escape(', '.join(filter(None, paper.places[a.places[0]])))} "
        rf"(e-mail: {a.email}).}}"
        for a in paper.authors
    )
    return (
        r"\documentclass[journal]{IEEEtran}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\begin{document}"
        rf"\title{{{escape(paper.title)}}}\author{{{names}{thanks}}}"
        r"\markboth{Journal of Invented Sensing,~Vol.~14, No.~8, August~2021}{Shell \MakeLowercase{\textit{et al.}}: A Short Head}"
        rf"\maketitle\begin{{abstract}}{escape(paper.abstract)}\end{{abstract}}"
        r"\begin{IEEEkeywords}Gait, biometrics.\end{IEEEkeywords}"
        + sections(paper)
        + bibliography(paper, "ieee")
        + r"\end{document}"
    )


def cvpr(paper: Paper) -> str:
    """Two columns, authors in one centred line with raised numbers, a line of addresses, an arXiv stamp."""
    names = r"\quad ".join(f"{escape(a.name)}$^{{{marks(a.places)}}}$" for a in paper.authors)
    places = r"\quad ".join(f"$^{{{n + 1}}}${escape(p[1])}" for n, p in enumerate(paper.places))
    mails = "{\\tt\\small " + ", ".join(a.email for a in paper.authors[:2]) + "}"
    return (
        _PLAIN.format(options="10pt,twocolumn,letterpaper")
        + r"\usepackage{times}\usepackage[margin=0.8in,columnsep=0.3125in]{geometry}\usepackage{eso-pic,rotating,xcolor}"
        r"\AddToShipoutPictureBG*{\AtPageLowerLeft{\put(18,250){\rotatebox{90}{\color{gray}\Large arXiv:2106.01234v2\ \ [cs.CV]\ \ 14 Jun 2021}}}}"
        r"\begin{document}"
        rf"\title{{\bf {escape(paper.title)}}}\author{{{names}\\ {places}\\ {mails}}}\date{{}}\maketitle"
        rf"\begin{{abstract}}\textit{{{escape(paper.abstract)}}}\end{{abstract}}"
        + sections(paper)
        + r"{\small"
        + bibliography(paper, "cvpr")
        + r"}\end{document}"
    )


def lncs(paper: Paper) -> str:
    names = r" \and ".join(rf"{escape(a.name)}\inst{{{marks(a.places)}}}" for a in paper.authors)
    places = r" \and ".join(escape(", ".join(filter(None, p))) for p in paper.places)
    running = escape(f"{short(paper.authors[0].name)} et al.")
    return (
        r"\documentclass{llncs}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}\pagestyle{headings}\begin{document}"
        rf"\title{{{escape(paper.title)}}}\author{{{names}}}\authorrunning{{{running}}}\institute{{{places}\\"
        rf"\email{{{paper.authors[0].email}}}}}\maketitle\begin{{abstract}}{escape(paper.abstract)}"
        r"\keywords{Consent \and Scraping.}\end{abstract}"
        + sections(paper)
        + bibliography(paper, "lncs")
        + r"\end{document}"
    )


def acm(paper: Paper) -> str:
    """As the conference class of the ACM sets it: sans title, author boxes side by side, reference format, rights."""
    boxes = r"\hfill ".join(
        rf"\begin{{minipage}}[t]{{0.31\textwidth}}\centering {{\large\sffamily {escape(a.name)}}}\\ {a.email}\\"
        rf"{escape(paper.places[a.places[0]][1])}\\ {escape(paper.places[a.places[0]][2])}\end{{minipage}}"
        for a in paper.authors
    )
    return (
        _PLAIN.format(options="9pt,twocolumn,letterpaper")
        + r"\usepackage[margin=0.75in,columnsep=0.33in]{geometry}\usepackage{fancyhdr}\pagestyle{fancy}\fancyhf{}"
        rf"\fancyhead[L]{{\small Conference ’21, June 2021, Oslo}}\fancyhead[R]{{\small {escape(short(paper.authors[0].name))} et al.}}"
        r"\begin{document}\twocolumn[{\begin{center}"
        rf"{{\LARGE\sffamily\bfseries {escape(paper.title)}\par}}\vspace{{2ex}}"
        rf"{boxes}\end{{center}}\vspace{{3ex}}}}]\thispagestyle{{empty}}\section*{{ABSTRACT}}{escape(paper.abstract)}"
        rf"\par\medskip\noindent{{\small\textbf{{ACM Reference Format:}} {escape(', '.join(a.name for a in paper.authors))}. 2021. "
        rf"{escape(paper.title)}. In \emph{{Invented Conference}}. 10 pages. https://doi.org/10.5555/1122334.1122335}}"
        + sections(paper)
        + r"\renewcommand{\refname}{REFERENCES}"
        + bibliography(paper, "acm")
        + r"\end{document}"
    )


def elsevier(paper: Paper) -> str:
    names = "".join(rf"\author[{marks(a.places, True)}]{{{escape(a.name)}}}" for a in paper.authors)
    places = "".join(
        rf"\address[{'abcdef'[n]}]{{{escape(', '.join(filter(None, p)))}}}" for n, p in enumerate(paper.places)
    )
    return (
        r"\documentclass[preprint,12pt]{elsarticle}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}"
        r"\journal{Pattern Letters}\begin{document}\begin{frontmatter}"
        rf"\title{{{escape(paper.title)}}}{names}{places}\begin{{abstract}}{escape(paper.abstract)}\end{{abstract}}"
        r"\begin{keyword}biometrics\sep privacy\end{keyword}\end{frontmatter}"
        + sections(paper)
        + bibliography(paper, "elsevier")
        + r"\end{document}"
    )


def revtex(paper: Paper) -> str:
    names = "".join(
        rf"\author{{{escape(a.name)}}}"
        + "".join(rf"\affiliation{{{escape(', '.join(filter(None, paper.places[n])))}}}" for n in a.places)
        for a in paper.authors
    )
    return (
        r"\documentclass[aps,twocolumn,superscriptaddress]{revtex4-2}\usepackage[T1]{fontenc}\usepackage[utf8]{inputenc}"
        rf"\begin{{document}}\title{{{escape(paper.title)}}}{names}\date{{March 3, 2020}}"
        rf"\begin{{abstract}}{escape(paper.abstract)}\end{{abstract}}\maketitle"
        + sections(paper)
        + bibliography(paper, "elsevier")
        + r"\end{document}"
    )


def one_column(paper: Paper) -> str:
    """The plain article class: authors in columns by \\and, affiliations as \\thanks."""
    names = r" \and ".join(
        rf"{escape(a.name)}\\{escape(paper.places[a.places[0]][1])}\\\texttt{{{a.email}}}" for a in paper.authors
    )
    return (
        _PLAIN.format(options="11pt,a4paper") + rf"\begin{{document}}\title{{{escape(paper.title)}}}\author{{{names}}}"
        rf"\date{{May 2020}}\maketitle\begin{{abstract}}{escape(paper.abstract)}\end{{abstract}}"
        + sections(paper)
        + bibliography(paper, "plain")
        + r"\end{document}"
    )


def thesis_like(paper: Paper) -> str:
    """One column, names on one line, one raised mark an affiliation in the footnotes, references by author and year."""
    signs = r"*", r"\dag", r"\ddag"
    names = r", ".join(rf"{escape(a.name)}\textsuperscript{{${signs[a.places[0]]}$}}" for a in paper.authors)
    foot = "".join(
        rf"\makeatletter\def\@thefnmark{{\textsuperscript{{${signs[n]}$}}}}\@footnotetext{{{escape(', '.join(filter(None, p)))}}}\makeatother"
        for n, p in enumerate(paper.places)
    )
    items = "".join(rf"\par\hangindent=2em\hangafter=1\noindent {escape(entry(r, 'apa'))}" for r in paper.references)
    body = re.sub(r"~\\cite\{r\d+\}", " (Brenner, 2020)", sections(paper))
    return (
        _PLAIN.format(options="12pt,letterpaper")
        + rf"\begin{{document}}\begin{{center}}{{\Large\bf {escape(paper.title)}}}\\[2ex]"
        rf"{names}\end{{center}}{foot}\begin{{quote}}\textbf{{Abstract.}} {escape(paper.abstract)}\end{{quote}}"
        + body
        + r"\section*{References}"
        + items
        + r"\appendix\section{Questionnaire}Which collections do you keep, and who may ask for a copy of them?\end{document}"
    )


def neurips(paper: Paper) -> str:
    """One column with wide margins, bold names in boxes, a notice in the foot of the first page."""
    boxes = r"\hspace{2em}".join(
        rf"\begin{{tabular}}[t]{{c}}\textbf{{{escape(a.name)}}}\\{escape(paper.places[a.places[0]][0] or 'Research')}\\"
        rf"{escape(paper.places[a.places[0]][1])}\\\texttt{{{a.email}}}\end{{tabular}}"
        for a in paper.authors
    )
    return (
        _PLAIN.format(options="10pt,letterpaper") + r"\usepackage{times}\usepackage[width=5.5in,height=9in]{geometry}"
        rf"\begin{{document}}\begin{{center}}\rule{{\textwidth}}{{2pt}}\\[1ex]{{\LARGE\bf {escape(paper.title)}\par}}\vspace{{1ex}}"
        rf"\rule{{\textwidth}}{{1pt}}\\[2ex]{boxes}\end{{center}}\begin{{center}}{{\large\bf Abstract}}\end{{center}}"
        rf"\begin{{quote}}{escape(paper.abstract)}\end{{quote}}"
        r"\makeatletter\def\@thefnmark{}\@footnotetext{35th Invented Conference on Sensing (2021), Oslo, Norway.}\makeatother"
        + sections(paper)
        + bibliography(paper, "plain")
        + r"\end{document}"
    )
