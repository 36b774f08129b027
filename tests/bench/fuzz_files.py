"""Files for the fuzz: whole ones of every kind, bombs and deep ones made by hand, and mutations of the whole ones."""

import gzip
import io
import json
import random
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path

from tests.ingest.pdfs import pdf

ROOT = Path(__file__).resolve().parents[2]
File = tuple[str, bytes]  # name, content
compress = partial(gzip.compress, mtime=0)  # the same bytes every day
WORDS = "The company Megvii used MS-Celeb-1M, according to the Financial Times. It was taken from Flickr in 2016. "


# --- whole files ---


def page() -> bytes:
    """A news page with what surrounds an article."""
    data = json.dumps(
        {"@type": "NewsArticle", "headline": "Faces", "datePublished": "2019-06-06", "author": "A. Writer"}
    )
    cells = "".join(f"<tr><td>{n}</td><td>IBM</td></tr>" for n in range(20))
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Faces</title>'
        '<meta property="og:title" content="Faces &amp; more"><link rel="canonical" href="https://example.org/faces">'
        f'<script type="application/ld+json">{data}</script><style>p {{ color: red }}</style></head><body>'
        "<nav><ul><li><a href=/a>Home</a></li></ul></nav><article><h1>Faces</h1>"
        + "".join(f"<p>{WORDS * 3}<a href='/x{n}'>more</a></p>" for n in range(12))
        + f"<table>{cells}</table><blockquote>It was “used”.</blockquote></article><footer>©</footer></body></html>"
    ).encode()


def _flate(pages: int) -> bytes:
    # A PDF with packed streams, which the small writer does not make.
    data = zlib.compress(b"BT /F1 12 Tf 50 800 Td 14 TL " + b"(Megvii used MS-Celeb-1M.) Tj T* " * 40 + b"ET")
    kids = b" ".join(b"%d 0 R" % (3 + 2 * n) for n in range(pages))
    out = b"%%PDF-1.5\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[%s]/Count %d>>endobj\n" % (
        kids,
        pages,
    )
    for n in range(pages):
        font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>"
        out += b"%d 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents %d 0 R" % (3 + 2 * n, 4 + 2 * n)
        out += b"/Resources<</Font<</F1 %s>>>>>>endobj\n" % font
        out += b"%d 0 obj<</Filter/FlateDecode/Length %d>>stream\n" % (4 + 2 * n, len(data)) + data
        out += b"\nendstream endobj\n"
    return out + b"trailer<</Root 1 0 R>>\n%%EOF\n"


def warc(*, packed: bool) -> bytes:
    """Two captured pages with their request and an information record (ISO 28500)."""
    out = b""
    for n, kind in enumerate((b"warcinfo", b"request", b"response", b"response", b"resource")):
        body = page() if kind in {b"response", b"resource"} else b"software: test\r\n"
        if kind == b"response":
            body = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: %d\r\n\r\n" % len(body) + body
        head = b"WARC/1.0\r\nWARC-Type: %s\r\nWARC-Target-URI: https://example.org/%d\r\n" % (kind, n)
        head += (
            b"WARC-Date: 2019-06-06T00:00:00Z\r\nWARC-Record-ID: <urn:uuid:0000000%d-0000-0000-0000-00000000>\r\n" % n
        )
        media = b"application/http;msgtype=response" if kind == b"response" else b"text/html"
        record = head + b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n" % (media, len(body)) + body + b"\r\n\r\n"
        out += compress(record) if packed else record
    return out


def table() -> bytes:
    """A register."""
    rows = ["id,name,technology,country,date,source"]
    rows += [
        f'{n},"Firm {n}, Ltd",Faces & "gaits",CN,2019-06-{n % 28 + 1:02d},https://example.org/{n}' for n in range(99)
    ]
    return "\r\n".join(rows).encode()


def claims() -> bytes:
    """A table of claims."""
    rows = ["subject,predicate,object,source,date"]
    rows += [f"Firm {n},USED,MS-Celeb-1M,https://example.org/{n},2019-06-{n % 28 + 1:02d}" for n in range(99)]
    return "\n".join(rows).encode()


def feed() -> bytes:
    """An RSS feed with content."""
    items = "".join(
        f"<item><title>News {n}</title><link>https://example.org/{n}</link><pubDate>Thu, 06 Jun 2019 0{n}:00:00 GMT"
        f"</pubDate><content:encoded><![CDATA[<p>{WORDS * 4}</p>]]></content:encoded></item>"
        for n in range(6)
    )
    space = 'xmlns:content="http://purl.org/rss/1.0/modules/content/"'
    return f'<?xml version="1.0"?><rss version="2.0" {space}><channel><title>N</title>{items}</channel></rss>'.encode()


def atom() -> bytes:
    """An Atom feed."""
    entry = (
        f'<entry><id>a</id><title>News</title><link href="https://example.org/a"/><summary>{WORDS}</summary></entry>'
    )
    return f'<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"><title>N</title>{entry * 5}</feed>'.encode()


def lines() -> bytes:
    """JSON lines."""
    rows = ({"text": WORDS * 4, "headline": f"News {n}", "url": f"https://example.org/{n}"} for n in range(8))
    return "\n".join(map(json.dumps, rows)).encode()


def message() -> bytes:
    """A mail with a page and an attachment."""
    import email.message

    made = email.message.EmailMessage()
    made["From"], made["To"], made["Subject"] = "A. Writer <a@example.org>", "b@example.org", "Fwd: Gesichter für alle"
    made["Date"], made["Message-ID"] = "Thu, 06 Jun 2019 10:00:00 +0000", "<1@example.org>"
    made.set_content(WORDS * 4 + "\n\n> On Thursday somebody wrote:\n> " + WORDS)
    made.add_alternative(page().decode(), subtype="html")
    made.add_attachment(pdf([[WORDS]]), maintype="application", subtype="pdf", filename="paper.pdf")
    for number, part in enumerate(each for each in made.walk() if each.is_multipart()):
        part.set_boundary(f"boundary-{number}")
    return made.as_bytes()


def mailbox() -> bytes:
    """Three mails in a file."""
    return b"".join(b"From a@example.org Thu Jun  6 10:00:00 2019\n" + message() + b"\n\n" for _ in range(3))


def packed(parts: Sequence[File], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP of these files."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in parts:
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return out.getvalue()


def article() -> bytes:
    """A paper in JATS."""
    body = "".join(f"<sec><title>Part {n}</title><p>{WORDS * 3}</p></sec>" for n in range(5))
    front = "<article-title>Faces</article-title></title-group><contrib-group><contrib contrib-type='author'><name>"
    return (
        "<?xml version='1.0'?><!DOCTYPE article PUBLIC '-//NLM//DTD JATS 1.2//EN' 'JATS.dtd'><article><front>"
        f"<article-meta><title-group>{front}<surname>Writer</surname></name></contrib></contrib-group></article-meta>"
        f"</front><body>{body}</body><back><ref-list><ref><mixed-citation>X</mixed-citation></ref></ref-list></back>"
        "</article>"
    ).encode()


def note() -> bytes:
    """Markdown with front matter."""
    front = "headline: Faces\npublisher: The Examiner\npublished: 2019-06-06\nsources:\n- headline: X\n  publisher: Y\n"
    return f"---\n{front}  address: https://example.org/y\n---\n\n# Faces\n\n{WORDS * 8}\n\n* **one**\n".encode()


def whole() -> dict[str, list[File]]:
    """Whole files by kind: what mutation begins with."""
    papers = sorted((ROOT / "tests/ingest/papers").glob("*.pdf"), key=lambda path: path.stat().st_size)[:5]
    plain = (WORDS * 20).encode()
    return {
        "page": [("a.html", page()), ("b.htm", page().replace(b"utf-8", b"utf-16")), ("c.html", page()[:2000] * 30)],
        "pdf": [
            ("a.pdf", pdf([[WORDS] * 30] * 4, title="Faces")),
            ("b.pdf", _flate(5)),
            *((path.name, path.read_bytes()) for path in papers),
        ],
        "warc": [("a.warc", warc(packed=False)), ("b.warc.gz", warc(packed=True))],
        "csv": [
            ("a.csv", table()),
            ("b.csv.gz", compress(table())),
            ("c.tsv", table().replace(b",", b"\t")),
            ("d.csv", claims()),
        ],
        "zip": [
            ("a.zip", packed([("a.html", page()), ("b/c.pdf", pdf([[WORDS]])), ("d.txt", plain)])),
            ("b.zip", packed([("a.zip", packed([("b.zip", packed([("a.txt", plain)]))]))], zipfile.ZIP_STORED)),
            ("c.wacz", packed([("archive/data.warc.gz", warc(packed=True)), ("datapackage.json", b"{}")])),
        ],
        "feed": [("a.xml", feed()), ("b.atom", atom()), ("c.json", json_feed())],
        "jsonl": [("a.jsonl", lines()), ("b.jsonl.gz", compress(lines()))],
        "mail": [("a.eml", message()), ("b.mbox", mailbox())],
        "xml": [("a.xml", article())],
        "text": [("a.txt", plain), ("b.md", note()), ("c.txt", "Müller über Çay ".encode("cp1252") * 40)],
    }


def json_feed() -> bytes:
    """A JSON Feed."""
    items = [{"id": str(n), "url": f"https://example.org/{n}", "content_html": f"<p>{WORDS}</p>"} for n in range(5)]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "title": "N", "items": items}).encode()


# --- by hand: what no mutation finds ---


def bombs() -> Iterator[File]:
    """Small files that unpack to large ones."""
    zeros = b"\0" * 50_000_000
    yield "zeros.zip", packed([(f"{n}.txt", zeros) for n in range(8)])
    yield "one.zip", packed([("a.html", b"<p>" * 60_000_000)])
    inner = packed([("a.txt", b"a" * 10_000_000)])
    for depth in range(6):
        inner = packed([(f"{n}.zip", inner) for n in range(4 if depth < 3 else 2)], zipfile.ZIP_DEFLATED)
    yield "nested.zip", inner
    yield "many.zip", packed([(f"{n}.txt", b"") for n in range(20_000)])
    yield "gzip.html.gz", compress(compress(b"<p>a" * 20_000_000))
    yield "gzip.warc.gz", compress(b"WARC/1.0\r\nContent-Length: 999999999999\r\n\r\n" + zeros)
    yield "overlap.zip", _overlapping(200)
    lie = bytearray(packed([("a.txt", b"a" * 1000)]))
    place = lie.rindex(b"PK\x01\x02")
    lie[place + 24 : place + 28] = struct.pack("<L", 0xFFFFFFF0)
    yield "lie.zip", bytes(lie)
    body = zlib.compress(b" " * 200_000_000 + b"BT (a) Tj ET", 9)
    bomb = b"4 0 obj<</Filter/FlateDecode/Length %d>>stream\n%s\nendstream endobj\n" % (len(body), body)
    yield "bomb.pdf", _flate(1).replace(b"4 0 obj", b"9 0 obj", 1).replace(b"trailer", bomb + b"trailer")
    loop = (
        b"4 0 obj<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>stream\n/X Do"
    )
    yield "loop.pdf", _flate(1).replace(b"trailer", loop + b"\nendstream endobj\ntrailer")
    yield "pages.pdf", _flate(1).replace(b"/Kids[3 0 R]/Count 1", b"/Kids[" + b"2 0 R " * 9000 + b"]/Count 99999999")
    laughs = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    yield (
        "laughs.xml",
        f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY l0 "ha">{laughs}]><rss><channel>&l11;</channel></rss>'.encode(),
    )
    inside = (
        '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]><rss><channel><title>&x;</title>'
    )
    yield "inside.xml", (inside + "<item><title>&x;</title></item></channel></rss>").encode()
    yaml = "a0: &a0 [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 12)
    )
    yield "laughs.md", f"---\nheadline: *a11\n{yaml}---\nWords.".encode()
    yield "laughs2.md", f"---\n{yaml}headline: *a11\nauthor: *a11\nsources: *a11\n---\nWords.".encode()
    yield "numbers.jsonl", b'{"text": ' + b"9" * 5_000_000 + b"}\n"
    yield "newlines.txt", b"\n" * 5_000_000 + b"a"
    yield "spaces.html", b"<html><body><article><p>" + b" \t" * 3_000_000 + b"a</p></article></body></html>"
    yield "entities.html", b"<html><body><p>" + b"&amp;" * 500_000 + b"</p></body></html>"
    yield (
        "attributes.html",
        b"<html><body><p " + b" ".join(b"a%d=1" % n for n in range(100_000)) + b">a</p></body></html>",
    )
    yield "wide.txt", b"\xff\xfe" + b"\x00\xd8" * 500_000
    yield "line.csv", b"a," * 3_000_000 + b"\n" + b'"' * 1_000_001


def _overlapping(count: int) -> bytes:
    # Many entries of the directory that name the same packed bytes (D. Fifield, "A better zip bomb", 2019).
    base = packed([("a.txt", b"a" * 5_000_000)])
    start = base.index(b"PK\x01\x02")
    end = base.index(b"PK\x05\x06")
    entry = base[start:end]
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entry) * count, start, 0)
    return base[:start] + entry * count + tail


def nested() -> Iterator[File]:
    """Files that are deep."""
    for tag in (b"div", b"p", b"b", b"table", b"ul", b"font", b"select", b"svg", b"a", b"blockquote"):
        depth = 100_000
        yield f"{tag.decode()}.html", b"<html><body>" + b"<%s>" % tag * depth + WORDS.encode() * 20 + b"</body></html>"
    closed = b"<div>" * 5_000 + WORDS.encode() * 20 + b"</div>" * 5_000
    yield "closed.html", b"<html><body><article>" + closed + b"</article></body></html>"
    table = b"<table><tr><td>" * 2_000 + WORDS.encode() * 20
    yield "tables.html", b"<html><body><article>" + table + b"</article></body></html>"
    yield "deep.json", b'{"text":' + b"[" * 200_000 + b"\n"
    yield "deep.jsonl", b'{"text": ' + b'{"a":' * 100_000 + b"1" + b"}" * 100_000 + b"}\n"
    yield "deep.xml", b"<?xml version='1.0'?><rss><channel>" + b"<item>" * 100_000
    yield "deep2.xml", b"<?xml version='1.0'?><article><body>" + b"<sec>" * 100_000 + b"a" + b"</sec>" * 100_000
    yield "deep3.xml", b"<?xml version='1.0'?><article><front>" + b"<x><y>" * 200 + b"a"
    yield "deep.md", b"---\na: " + b"[" * 9_000 + b"\n---\nWords."
    yield "deep2.md", b"---\n" + b"".join(b" " * n + b"a:\n" for n in range(190)) + b"---\nWords."
    yield "quotes.md", b"> " * 100_000 + b"a\n" + b"*" * 100_000 + b"[" * 100_000 + b"(" * 100_000
    for opened, name in ((b"[", "array"), (b"<<", "dictionary"), (b"(", "string")):
        deep = b"3 0 obj" + opened * 100_000 + b"endobj"
        yield f"{name}.pdf", _flate(1).replace(b"trailer", deep + b"\ntrailer")
        yield f"{name}2.pdf", _flate(1).replace(b"<</Root", b"<</Info %s/Root" % (opened * 50_000))
    boundary = b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3_000))
    yield "deep.eml", b"From: a@example.org\nDate: x\nMessage-ID: <1>\nMIME-Version: 1.0\n" + boundary + b"\nWords."
    passed = b"From: a@example.org\nMIME-Version: 1.0\nContent-Type: message/rfc822\n\n" * 2_000
    yield "passed.eml", b"Message-ID: <1>\n" + passed + b"Words."
    yield (
        "header.eml",
        b"Message-ID: <1>\nSubject: " + b"=?utf-8?q?=41?= " * 100_000 + b"\nFrom: " + b"(" * 50_000 + b"\n\nWords.",
    )


# --- mutation ---

TOKENS = tuple(
    b"\0|\xff\xfe|\xef\xbb\xbf|\xc0\x80|\xed\xa0\x80|<|>|&|<!--|-->|<![CDATA[|]]>|<!DOCTYPE a [|<!ENTITY a 'b'>|&#0;"
    b"|&#xD800;|<script>|<table>|</p>|%PDF-|endobj|endstream|stream\n|obj|xref|0 R|/Length 999999999|/Length -1|/Filter"
    b"|/Kids[2 0 R]|PK\x03\x04|PK\x01\x02|PK\x05\x06|\x1f\x8b\x08|BZh9|WARC/1.0\r\n|Content-Length: -1|Content-Length: "
    b"99999999999999999999|\r\n\r\n|\n\n|From |Content-Type: multipart/mixed; boundary=|charset=utf-7|charset=utf-16"
    b"|{|}|[|]|\"|'|,|\\|\\ud800|NaN|1e999|---\n|!!python/object:os.system|&a *a|=cmd|\x85|\xe2\x80\xae|%s%n".split(
        b"|"
    )
)


def mutated(rng: random.Random, data: bytes, others: Sequence[bytes]) -> bytes:
    """Return `data` with some damage."""
    out = bytearray(data)
    for _ in range(rng.choice((1, 1, 2, 4, 16))):
        rng.choice(_DAMAGE)(rng, out, others)
        if not out:
            break
    return bytes(out[:3_000_000])


def _place(rng: random.Random, out: bytearray) -> int:
    return rng.randrange(len(out) + 1)


def _flip(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    for _ in range(rng.choice((1, 8, 64)) if out else 0):
        out[rng.randrange(len(out))] ^= 1 << rng.randrange(8)


def _noise(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    start = _place(rng, out)
    out[start : start + rng.choice((1, 10, 500))] = rng.randbytes(rng.choice((1, 10, 500)))


def _cut(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    del out[_place(rng, out) :]


def _drop(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    start = _place(rng, out)
    del out[start : start + rng.choice((1, 20, 1_000))]


def _repeat(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    start = _place(rng, out)
    piece = out[start : start + rng.choice((1, 5, 30, 400))]
    out[start:start] = piece * min(rng.choice((2, 50, 2_000, 50_000)), 1_000_000 // max(len(piece), 1))


def _token(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    for _ in range(rng.choice((1, 1, 20))):
        start = _place(rng, out)
        out[start : start + rng.choice((0, 0, 4))] = rng.choice(TOKENS)


def _number(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    places = [n for n in range(len(out)) if 48 <= out[n] < 58][:20_000]
    if places:
        start = rng.choice(places)
        out[start : start + 1] = rng.choice(
            (b"-1", b"0", b"4294967295", b"99999999999999999999", b"1e308", b"2147483648")
        )


def _splice(rng: random.Random, out: bytearray, others: Sequence[bytes]) -> None:
    other = rng.choice(others)
    start, size = rng.randrange(len(other) + 1), rng.choice((50, 2_000, 100_000))
    out[_place(rng, out) :] = other[start : start + size]


def _swap(rng: random.Random, out: bytearray, _: Sequence[bytes]) -> None:
    a, b = sorted((_place(rng, out), _place(rng, out)))
    size = min(rng.choice((10, 300)), b - a)
    out[a : a + size], out[b : b + size] = out[b : b + size], out[a : a + size]


_DAMAGE: tuple[Callable[[random.Random, bytearray, Sequence[bytes]], None], ...] = (
    *(_flip, _noise, _cut, _drop, _repeat, _token, _token, _number, _splice, _swap),
)


def files(count: int, seed: int, kinds: Sequence[str] = ()) -> Iterator[tuple[str, str, bytes]]:
    """Yield (kind, name, content): those made by hand, a twentieth of few files at most, then mutated ones."""
    rng = random.Random(seed)
    begin = whole()
    everything = [data for found in begin.values() for _, data in found]
    by_hand = {"bomb": bombs, "nested": nested}
    made = [(kind, *each) for kind, make in by_hand.items() if not kinds or kind in kinds for each in make()]
    if count < 10 * len(made):
        made = rng.sample(made, min(len(made), count // 20))
    yield from made
    left = count - len(made)
    chosen = [kind for kind in begin if not kinds or kind in kinds]
    for number in range(left if chosen else 0):
        kind = chosen[number % len(chosen)]
        name, data = rng.choice(begin[kind])
        others = everything if rng.random() < 0.3 else [each for _, each in begin[kind]]
        yield kind, name, mutated(rng, data, others)
