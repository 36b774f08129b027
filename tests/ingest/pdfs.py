"""A writer of small PDFs for tests (ISO 32000-1): pages of lines in Helvetica, a drawing without text, encryption."""

from collections.abc import Sequence
from hashlib import md5

_PAD = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")  # 7.6.3.3, step a
_ID = b"0123456789abcdef"
_RIGHTS = -4


def pdf(pages: Sequence[Sequence[str]], *, title: str = "", password: str | None = None, blank: bool = False) -> bytes:
    """A PDF with one list of lines a page. `|` in a line is the ligature fi; `blank` draws a line instead of text.

    With `password` it is encrypted with RC4, 40 bits (standard security handler, revision 2).
    """
    owner, key = _keys(password) if password is not None else (b"", b"")
    bodies: dict[int, bytes] = {1: b"<</Type/Catalog/Pages 2 0 R>>"}
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    bodies[2] = f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode()
    bodies[3] = (
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding"
        b"<</Type/Encoding/BaseEncoding/WinAnsiEncoding/Differences[124/fi]>>>>"
    )
    for n, lines in enumerate(pages):
        page, content = 4 + 2 * n, 5 + 2 * n
        drawing = b"100 100 m 300 300 l S" if blank else _words(lines)
        data = _rc4(_object_key(key, content), drawing) if key else drawing
        bodies[page] = (
            f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents {content} 0 R/Resources<</Font<</F1 3 0 R>>>>>>"
        ).encode()
        bodies[content] = b"<</Length %d>>stream\n%s\nendstream" % (len(data), data)
    trailer = b"/Root 1 0 R/ID[<%s><%s>]" % (_ID.hex().encode(), _ID.hex().encode())
    if title:
        number = len(bodies) + 1
        bodies[number] = b"<</Title(%s)>>" % _escaped(title)
        trailer += b"/Info %d 0 R" % number
    if key:
        number = len(bodies) + 1
        user = _rc4(key, _PAD)
        bodies[number] = b"<</Filter/Standard/V 1/R 2/P %d/O<%s>/U<%s>>>" % (
            _RIGHTS,
            owner.hex().encode(),
            user.hex().encode(),
        )
        trailer += b"/Encrypt %d 0 R" % number
    return _file(bodies, trailer)


def _file(bodies: dict[int, bytes], trailer: bytes) -> bytes:
    out, starts = bytearray(b"%PDF-1.4\n"), []
    for number, body in sorted(bodies.items()):
        starts.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(bodies) + 1)
    out += b"".join(b"%010d 00000 n \n" % start for start in starts)
    out += b"trailer\n<</Size %d%s>>\nstartxref\n%d\n%%%%EOF\n" % (len(bodies) + 1, trailer, table)
    return bytes(out)


def _words(lines: Sequence[str]) -> bytes:
    rows = b"".join(b"(%s) Tj 0 -16 Td\n" % _escaped(line) for line in lines)
    return b"BT /F1 11 Tf 60 760 Td\n" + rows + b"ET"


def _escaped(text: str) -> bytes:
    return text.encode("cp1252").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")


def _keys(password: str) -> tuple[bytes, bytes]:
    padded = (password.encode() + _PAD)[:32]
    owner = _rc4(md5(padded).digest()[:5], padded)
    rights = (_RIGHTS & 0xFFFFFFFF).to_bytes(4, "little")
    return owner, md5(padded + owner + rights + _ID).digest()[:5]


def _object_key(key: bytes, number: int) -> bytes:
    return md5(key + number.to_bytes(3, "little") + b"\0\0").digest()[:10]


def _rc4(key: bytes, data: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)
