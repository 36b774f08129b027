"""Papers as XML: JATS (NISO Z39.96, as publishers and PubMed Central hand out) and TEI (as GROBID writes)."""

import html
import re
from collections.abc import Iterator
from typing import Any

from graph.errors import SourceError, UnsupportedSource
from ingest.papers.written import Told, cited, written
from ingest.sources.base import Draft, Raw, own_date, own_words

ENDS = (".xml", ".nxml")
LARGEST = 50_000_000  # bytes
MOST_PARAGRAPHS = 50_000
_ROOT = re.compile(
    rb"^(?:\xef\xbb\xbf)?\s*(?>(?:<\?[^>]*\?>|<!--.{0,4000}?-->|<!DOCTYPE[^>\[]*(?:\[[^\]]{0,4000}\])?\s*>)\s*)*+"
    rb"<(?:\w+:)?(article|TEI|pmc-articleset)[\s>]",
    re.S,
)
_SPACE = re.compile(r"\s+")


def matches(raw: Raw) -> bool:
    """Whether the root element is that of JATS or TEI; an HTML page may hold an <article>, but never begins with it."""
    return _ROOT.match(raw.data[:20_000]) is not None


def read(raw: Raw) -> Iterator[Draft]:
    """Yield the paper, or each of a set. Raises SourceError for broken XML and for a paper without text."""
    if len(raw.data) > LARGEST:
        raise UnsupportedSource(
            f"{raw.address} is XML of {len(raw.data) // 1_000_000} MB.",
            hint=f"Papers in XML up to {LARGEST // 1_000_000} MB are read: split the set into files.",
            source=raw.address,
        )
    root = _parsed(raw)
    if _name(root) == "TEI":
        yield _draft(_tei(root), "TEI", raw)
        return
    articles = root.iter("{*}article") if _name(root) == "pmc-articleset" else iter((root,))
    found = list(articles)
    for article in found:
        yield _draft(_jats(article), "JATS", raw, part=article if len(found) > 1 else None)


def _parsed(raw: Raw) -> Any:
    from lxml import etree

    # No entity is resolved, nothing is fetched, and depth and size stay within what libxml2 allows by itself.
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(raw.data, parser)
    except (etree.XMLSyntaxError, ValueError) as exc:
        raise SourceError(
            f"{raw.address} is broken XML: {exc}", hint="Fetch it again, then add it.", source=raw.address
        ) from exc
    if root is None:
        raise SourceError(f"{raw.address} is empty XML.", source=raw.address)
    return root


def _draft(told: Told, form: str, raw: Raw, part: Any = None) -> Draft:
    text = written(told)
    if not (told.body or told.abstract):
        raise SourceError(
            f"{raw.address} is {form} without a text: only its metadata.",
            hint="Get the full text, or add the PDF.",
            source=raw.address,
        )
    data = None
    if part is not None:
        from lxml import etree

        data = etree.tostring(part)
    return Draft(
        parts=(text,),
        reader=f"paper ({form})",
        kind="paper",
        headline=told.title,
        address=f"https://doi.org/{told.doi}" if told.doi else None,
        publisher=told.publisher,
        author="; ".join(name for name, _ in told.authors)[:2000] or None,
        published=told.published,
        language=told.language,
        raw=data,
    )


# --- reading elements ---


def _name(element: Any) -> str:
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def _first(element: Any, *paths: str) -> Any:
    """The first element that one of the paths finds; namespaces don't count."""
    if element is None:
        return None
    for path in paths:
        found = element.find(_any(path))
        if found is not None:
            return found
    return None


def _all(element: Any, path: str) -> list[Any]:
    return [] if element is None else element.findall(_any(path))


def _any(path: str) -> str:
    return re.sub(r"(^|/)(?=[\w-])", r"\1{*}", path)


def _words(element: Any, *, without: tuple[str, ...] = ()) -> str:
    """All text below, on one line. Unresolved entities of a DTD are read as HTML names them."""
    if element is None:
        return ""
    return _SPACE.sub(" ", "".join(_pieces(element, without))).strip()


def _pieces(element: Any, without: tuple[str, ...]) -> Iterator[str]:
    if not isinstance(element.tag, str):
        if str(element.text or "").startswith("&"):
            yield html.unescape(element.text)
        return
    yield element.text or ""
    for child in element:
        if _name(child) not in without:
            yield from _pieces(child, without)
        yield child.tail or ""


def _date(element: Any) -> str | None:
    if element is None:
        return None
    parts = [_words(_first(element, name)) for name in ("year", "month", "day")]
    if not re.fullmatch(r"\d{4}", parts[0]):
        return own_date(element.get("when") or element.get("iso-8601-date"))
    out = parts[0]
    for part in parts[1:]:
        if not re.fullmatch(r"\d{1,2}", part):
            break
        out += f"-{int(part):02d}"
    return own_date(out)


# --- JATS ---

_NO_TEXT = ("table-wrap", "fig", "fn", "disp-formula", "tex-math", "math", "graphic", "media", "supplementary-material")


def _jats(article: Any) -> Told:
    meta = _first(article, "front/article-meta", "front-stub")
    journal = _first(article, "front/journal-meta")
    places = _all(meta, "contrib-group/aff") + _all(meta, "aff") + _all(meta, "contrib-group/contrib/aff")
    numbers = {place.get("id"): number for number, place in enumerate(places, start=1) if place.get("id")}
    back = _first(article, "back")
    ids = {node.get("pub-id-type"): _words(node) for node in _all(meta, "article-id")}
    return Told(
        title=_words(_first(meta, "title-group/article-title"), without=("fn", "xref")),
        authors=tuple(_jats_authors(meta, places, numbers)),
        places=tuple(_jats_place(place) for place in places),
        abstract=tuple(p for node in _all(meta, "abstract") for p in _paragraphs(node)),
        body=tuple(_paragraphs(_first(article, "body")))[:MOST_PARAGRAPHS],
        thanks=tuple(p for p in _paragraphs(_first(back, "ack")) if not p.casefold().startswith("acknowledg")),
        references=tuple(_jats_references(article)),
        doi=_doi(ids.get("doi")),
        published=_date(_first(meta, "pub-date[@pub-type='epub']", "pub-date[@date-type='pub']", "pub-date")),
        publisher=own_words(_words(_first(journal, "journal-title-group/journal-title", "journal-title")), 120),
        language=article.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _doi(value: str | None) -> str | None:
    found = re.search(r"10\.\d{4,9}/\S{1,200}", value or "")
    return found[0] if found else None


def _jats_authors(meta: Any, places: list[Any], numbers: dict[str, int]) -> Iterator[tuple[str, tuple[int, ...]]]:
    for person in _all(meta, "contrib-group/contrib"):
        if person.get("contrib-type", "author") != "author":
            continue
        name = _first(person, "name", "name-alternatives/name", "string-name")
        words = f"{_words(_first(name, 'given-names'))} {_words(_first(name, 'surname'))}".strip() or _words(name)
        marks = [numbers[x.get("rid")] for x in _all(person, "xref") if x.get("rid") in numbers]
        marks += [places.index(aff) + 1 for aff in _all(person, "aff") if aff in places]
        if not marks and len(places) == 1:
            marks = [1]
        if words:
            yield words, tuple(dict.fromkeys(marks))


def _jats_place(place: Any) -> str:
    named = [_words(node) for node in place.iter() if _name(node) in {"institution", "addr-line", "city", "country"}]
    text = _words(place, without=("label", "sup", "institution-id", "email", "fax", "phone"))
    return text.strip(" ,;") if "," in text or len(named) < 2 else ", ".join(dict.fromkeys(filter(None, named)))


def _paragraphs(element: Any) -> Iterator[str]:
    """Headings, paragraphs and list items in order; captions after the paragraph in which their figure stands."""
    if element is None:
        return
    for child in element:
        name = _name(child)
        if name in {"title", "p"}:
            words = _words(child, without=_NO_TEXT)
            if words:
                yield words
            for node in child.iter():
                if _name(node) in {"table-wrap", "fig"}:
                    yield from _caption(node)
        elif name in {"table-wrap", "fig"}:
            yield from _caption(child)
        elif name in {
            "sec",
            "list",
            "list-item",
            "boxed-text",
            "disp-quote",
            "abstract",
            "fig-group",
            "statement",
            "div",
        }:
            yield from _paragraphs(child)


def _caption(node: Any) -> Iterator[str]:
    words = f"{_words(_first(node, 'label'))}. {_words(_first(node, 'caption'))}".strip(". ")
    if words:
        yield words
    for row in node.iter("{*}tr"):
        cells = " ".join(filter(None, (_words(cell) for cell in row)))
        if cells:
            yield cells


def _jats_references(article: Any) -> Iterator[str]:
    for number, ref in enumerate(article.iter("{*}ref"), start=1):
        node = _first(
            ref,
            "mixed-citation",
            "element-citation",
            "citation",
            "nlm-citation",
            "citation-alternatives/mixed-citation",
        )
        if node is None:
            continue
        title = _words(_first(node, "article-title", "chapter-title", "data-title", "source"))
        whole = _words(node)
        if _name(node) == "mixed-citation" and title and title in whole:
            quoted = f"“{title}”" in whole or f'"{title}"' in whole
            text = whole if quoted else whole.replace(title, f"“{title}”", 1)
        else:
            people = [
                f"{_words(_first(p, 'given-names'))} {_words(_first(p, 'surname'))}".strip()
                for p in node.iter("{*}name", "{*}string-name")
            ]
            source = _words(_first(node, "source"))
            doi = _doi(next((_words(i) for i in _all(node, "pub-id") if i.get("pub-id-type") == "doi"), ""))
            text = cited(
                people,
                title,
                source if source != title else "",
                _words(_first(node, "year")),
                f"doi:{doi}" if doi else "",
            )
        yield f"[{number}] {text}" if text.strip() else f"[{number}] {whole}"


# --- TEI ---


def _tei(root: Any) -> Told:
    header = _first(root, "teiHeader")
    source = _first(header, "fileDesc/sourceDesc/biblStruct")
    title = _words(_first(header, "fileDesc/titleStmt/title")) or _words(
        _first(source, "analytic/title", "monogr/title")
    )
    people = _all(source, "analytic/author") or _all(header, "fileDesc/titleStmt/author")
    places: dict[str, int] = {}
    authors = []
    for person in people:
        name = _tei_name(_first(person, "persName")) or _words(person)
        marks = [places.setdefault(p, len(places) + 1) for a in _all(person, "affiliation") if (p := _tei_place(a))]
        if name:
            authors.append((name, tuple(dict.fromkeys(marks))))
    ids = {node.get("type"): _words(node) for node in (source.iter("{*}idno") if source is not None else ())}
    body = _first(root, "text/body")
    thanks = [d for d in _all(root, "text/back/div") if (d.get("type") or "").startswith("acknowledg")]
    inner = [p for div in thanks for p in _tei_paragraphs(div)]
    return Told(
        title=title,
        authors=tuple(authors),
        places=tuple(places),
        abstract=tuple(_tei_paragraphs(_first(header, "profileDesc/abstract"))),
        body=tuple(_tei_paragraphs(body))[:MOST_PARAGRAPHS],
        thanks=tuple(p for p in inner if not p.casefold().startswith("acknowledg")),
        references=tuple(_tei_references(root)),
        doi=_doi(ids.get("DOI")),
        published=_date(_first(source, "monogr/imprint/date"))
        or _date(_first(header, "fileDesc/publicationStmt/date")),
        publisher=own_words(_words(_first(source, "monogr/title")), 120),
        language=root.get("{http://www.w3.org/XML/1998/namespace}lang"),
    )


def _tei_name(name: Any) -> str:
    if name is None:
        return ""
    parts = [_words(n) for n in (*_all(name, "forename"), *_all(name, "nameLink"), *_all(name, "surname"))]
    return " ".join(filter(None, parts)) or _words(name)


def _tei_place(place: Any) -> str:
    order = {"laboratory": 0, "department": 1, "institution": 2}
    named = sorted(_all(place, "orgName"), key=lambda node: order.get(node.get("type") or "", 3))
    address = [_words(node) for node in place.iter("{*}settlement", "{*}country")]
    return ", ".join(dict.fromkeys(filter(None, [*map(_words, named), *address]))) or _words(place)


def _tei_paragraphs(element: Any) -> Iterator[str]:
    if element is None:
        return
    for child in element:
        name = _name(child)
        if name == "head":
            yield f"{child.get('n') or ''} {_words(child)}".strip()
        elif name in {"p", "ab", "item"}:
            words = _words(child, without=("note", "formula", "figure"))
            if words:
                yield words
        elif name == "figure":
            words = f"{_words(_first(child, 'head'))} {_words(_first(child, 'figDesc'))}".strip()
            if words:
                yield words
        elif name in {"div", "list", "quote"}:
            yield from _tei_paragraphs(child)


def _tei_references(root: Any) -> Iterator[str]:
    entries = [e for listing in root.iter("{*}listBibl") for e in listing if _name(e) in {"biblStruct", "bibl"}]
    for number, entry in enumerate(entries, start=1):
        title = _words(_first(entry, "analytic/title", "monogr/title"))
        venue = _words(_first(entry, "monogr/title"))
        people = [_tei_name(_first(a, "persName")) for a in entry.iter("{*}author")]
        date = _first(entry, "monogr/imprint/date", "date")
        year = (date.get("when") or _words(date))[:4] if date is not None else ""
        doi = _doi(next((_words(i) for i in entry.iter("{*}idno") if i.get("type") == "DOI"), ""))
        text = cited(
            [p for p in people if p], title, venue if venue != title else "", year, f"doi:{doi}" if doi else ""
        )
        yield f"[{number}] {text or _words(entry)}"
