"""What a mail says itself, what it passes on, and what it only quotes."""

import re
from dataclasses import dataclass

_DEEPEST = 5  # forwards within forwards
_FORWARD = re.compile(
    r"\s*(?:-{2,}[ ]?(?:Forwarded (?:message|mail)|Original message follows)[ ]?-{2,}|Begin forwarded message:)\s*",
    re.IGNORECASE,
)
_REPLY = re.compile(r"\s*-{2,}[ ]?(?:Original|Reply) (?:Message|Appointment)[ ]?-{2,}\s*", re.IGNORECASE)
# "On Mon, 3 Feb 2020 at 10:01, Ann Lee <ann@x.example> wrote:" and not "On Monday the minister wrote:"
_WROTE = re.compile(r"\s*On\b(?=.{0,300}(?:\d{4}|\d{1,2}:\d{2}|@)).{5,300}\bwrote:\s*", re.IGNORECASE | re.DOTALL)
_FIELD = re.compile(r"\s*\*?(From|Sent|Date|To|Cc|Bcc|Subject|Reply-To|Importance):\*?[ \t]*(.*)", re.IGNORECASE)
_QUOTED = re.compile(r"\s{0,3}>")
_RULE = re.compile(r"\s*_{10,}\s*")
_SIGNATURE_LINES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Passed:
    """A mail that another one passes on, with what its header says."""

    author: str
    date: str
    subject: str
    text: str


def told_apart(text: str, *, forward: bool) -> tuple[str, list[Passed]]:
    """Return a mail's own words and the mails that it passes on.

    Quoted replies and signatures are in neither. `forward` says that the subject announces a forward: then an old mail
    below is passed on, not quoted.
    """
    passed: list[Passed] = []
    own = text
    for _ in range(_DEEPEST):
        own_here, below, is_forward = _split(own if not passed else passed[-1].text, forward)
        if passed:
            passed[-1] = Passed(
                author=passed[-1].author, date=passed[-1].date, subject=passed[-1].subject, text=own_here
            )
        else:
            own = own_here
        if not (below and is_forward):
            break
        passed.append(_passed(below))
    return own, [mail for mail in passed if mail.text.strip()]


def _split(text: str, forward: bool) -> tuple[str, list[str], bool]:
    """Own words, the lines of the mail below, and whether that one is passed on."""
    lines = text.split("\n")
    kept: list[str] = []
    number = 0
    while number < len(lines):
        line = lines[number]
        if _FORWARD.fullmatch(line):
            return _finished(kept), _unquoted(lines[number + 1 :]), True
        if _REPLY.fullmatch(line):
            return _finished(kept), _unquoted(lines[number + 1 :]), forward
        if _has_header(lines, number):
            if kept and _RULE.fullmatch(kept[-1]):
                kept.pop()
            return _finished(kept), lines[number:], forward
        wrote = _wrote(lines, number)
        if wrote:
            number += wrote
            below = next((each for each in lines[number:] if each.strip()), "")
            if not _QUOTED.match(below):  # the rest is the old mail, without marks
                return _finished(kept), lines[number:], False
            continue
        if _QUOTED.match(line):
            number += 1
            continue
        kept.append(line)
        number += 1
    return _finished(kept), [], False


def _wrote(lines: list[str], number: int) -> int:
    """How many lines from here on say who wrote what is quoted below; 0 when they don't."""
    if not lines[number].lstrip().startswith(("On ", "on ")):
        return 0
    for count in (1, 2, 3):
        words = "\n".join(lines[number : number + count])
        if words.rstrip().endswith("wrote:"):
            return count if _WROTE.fullmatch(words) else 0
    return 0


def _has_header(lines: list[str], number: int) -> bool:
    """Whether the header of an old mail begins here: From, then a date and a subject among the next lines."""
    first = _FIELD.fullmatch(lines[number])
    if not first or first[1].lower() != "from":
        return False
    fields = {found[1].lower() for line in lines[number + 1 : number + 9] if (found := _FIELD.fullmatch(line))}
    return bool(fields & {"sent", "date"}) and bool(fields & {"subject", "to"})


def _passed(lines: list[str]) -> Passed:
    fields: dict[str, str] = {}
    last, end = "", len(lines)
    for number, line in enumerate(lines):
        found = _FIELD.fullmatch(line)
        if found:
            last = found[1].lower()
            fields.setdefault(last, found[2].strip(" *"))
        elif line.strip() and not (last in {"to", "cc"} and line.startswith((" ", "\t"))):
            end = number
            break
    return Passed(
        author=fields.get("from", ""),
        date=fields.get("date") or fields.get("sent", ""),
        subject=fields.get("subject", ""),
        text="\n".join(lines[end:]),
    )


def _unquoted(lines: list[str]) -> list[str]:
    """Take one mark of quotation away when the mail below carries it on all its lines."""
    some = [line for line in lines if line.strip()]
    if some and all(_QUOTED.match(line) for line in some):
        return [re.sub(r"^\s{0,3}> ?", "", line) for line in lines]
    return lines


def _finished(lines: list[str]) -> str:
    """Without the signature (RFC 3676, 4.3), when it is no longer than one."""
    for number in range(len(lines) - 1, max(-1, len(lines) - _SIGNATURE_LINES - 2), -1):
        if lines[number] in {"-- ", "--"}:
            lines = lines[:number]
            break
    return "\n".join(lines).strip("\n")
