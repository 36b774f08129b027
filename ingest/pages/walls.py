"""Pages that are no article: a wall that asks for consent, a browser check, an empty shell, a list of links, a 404.

Told from an article by what little else they say: the words of a wall may also stand in an article about walls.
"""

import re
from collections.abc import Sequence

_SHORT = 1_200  # characters: a text below this may be nothing but a wall
_CONSENT = re.compile(
    r"we value your privacy|(?:we|us) and our (?:\d[\d,. ]* )?(?:trusted )?(?:partners|vendors)"
    r"|store and/?(?:or)? access information on (?:a|your) device|consent to (?:our|the) (?:and our partners"
    r"|use of cookies)"
    r"|manage (?:your )?(?:cookie )?(?:options|preferences|settings)|precise geolocation data"
    r"|(?:accept|reject) all(?: cookies)?|legitimate interest|your (?:privacy|cookie) (?:choices|preferences)"
    r"|before you continue to|wir und unsere (?:\d+ )?partner|nos partenaires",
    re.IGNORECASE,
)
_CHECK = re.compile(
    r"checking (?:if the site connection is secure|your browser)"
    r"|verify(?:ing)? (?:that )?you are (?:not a robot|(?:a )?human)"
    r"|just a moment|ray id:?|unusual traffic|complete the (?:captcha|security check)|access denied|attention required"
    r"|are you a robot|ddos protection by",
    re.IGNORECASE,
)
_SCRIPT = re.compile(
    r"(?:enable|turn on|requires?|needs?|need to enable|without) javascript|javascript (?:is|must be|has been) "
    r"(?:required|enabled|disabled|turned off)",
    re.IGNORECASE,
)
_MISSING = re.compile(
    r"\b(?:404|410)\b|page (?:not found|you (?:are looking for|requested)|doesn['’]t exist|does not exist)"
    r"|could not be found|no longer (?:available|exists)",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[.!?…][\"'”’)]*(?:\s|$)")
_LINKED_MOST = 0.3  # share of headings that are links from which on a page is a list of them


def wall(title: str, paragraphs: Sequence[str], *, heads_linked: int = 0, heads: int = 0) -> tuple[str, str] | None:
    """Return (what the page is, a hint) when it is no article, None when it may be one.

    `heads` counts the headings of the page, `heads_linked` those that are nothing but a link to another page.
    """
    text = "\n".join(paragraphs)
    near = f"{title}\n{text}"
    consent = len({found.casefold() for found in _CONSENT.findall(near)})
    telling = sum(len(part) for part in paragraphs if _CONSENT.search(part))
    if consent >= 2 and (telling * 2 > len(text) or len(text) < _SHORT):
        hint = "Accept or reject in a browser, save the page with the article in view, and add the file."
        return "asks for consent before it shows an article", hint
    if len(text) < _SHORT:
        if _CHECK.search(near):
            return "checks the browser and shows no article", "Open it in a browser, save it, and add the file."
        if _SCRIPT.search(near) and len(text) < 400:
            return "needs JavaScript and shows no article without it", "Save it from a browser and add the file."
        if _MISSING.search(title) or (len(text) < 400 and _MISSING.search(near)):
            return "says that it was not found", "Check the address, or look for a copy in a web archive."
    prose = [part for part in paragraphs if len(_SENTENCE.findall(part)) >= 2 or len(part) > 200]
    if heads >= 4 and heads_linked >= max(3, heads * _LINKED_MOST) and not prose and len(text) < 4_000:
        return "is a list of links to articles", "Add the pages that it links to."
    return None
