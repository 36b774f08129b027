# ruff: noqa: E501
"""Twenty-two invented web pages in the shapes of real ones, each with what is true of it.

Every page has article paragraphs (marked by hand here, told to be kept) and boilerplate (told to be left out).
"""

import html
import json
from collections.abc import Sequence
from dataclasses import dataclass, field

TEXTS = (
    "The municipality of Lindholm has tested cameras that recognise faces in its harbour since March, according to documents that the town released on Tuesday. Nobody was told.",
    "The system was supplied by Orvanta, a firm based in Leeds. It compares passers-by with a list of four hundred people who are banned from the ferries.",
    "“We never saw a contract,” said Marit Ellingsen, who sits on the town council. She wants to know who pays for the storage of the pictures.",
    "Orvanta denied that it keeps recordings. A spokesperson said that all templates are deleted after a day, and that the firm follows the rules of every country.",
    "Researchers at the University of Hordaland found that the software had been trained on Portraits-2M, a collection of photographs taken from a photo platform without consent.",
    "The data protection authority has opened an investigation. A decision is expected in the autumn, and the cameras stay switched off until then.",
)
MORE = (
    "A second town, Norvale, bought the same product in 2019 and stopped using it after eight months, when the error rate became known.",
    "In a letter to the council the police wrote that they had no access to the pictures, and that they had not asked for it either.",
)
NAV = '<nav><ul><li><a href="/">Home</a></li><li><a href="/politics">Politics</a></li><li><a href="/tech">Technology</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
FOOT = '<footer><p>© 2021 Harbour Courier Media Group. All rights reserved.</p><ul><li><a href="/privacy">Privacy policy</a></li><li><a href="/imprint">Imprint</a></li></ul></footer>'
TITLE = "Harbour cameras watched ferry passengers for months"


@dataclass(frozen=True)
class Page:
    """A page, the paragraphs to keep, words that must not be in the text, and what it tells of itself."""

    name: str
    html: str
    keep: tuple[str, ...] = TEXTS
    leave: tuple[str, ...] = ()
    title: str = TITLE
    author: str | None = None
    published: str | None = None
    modified: str | None = None
    publisher: str | None = None
    address: str | None = None
    refused: str = ""  # the page is no article: what the reason says
    more: dict[str, str] = field(default_factory=dict)


def p(texts: Sequence[str] = TEXTS, attribute: str = "") -> str:
    return "\n".join(f"<p{attribute}>{html.escape(text)}</p>" for text in texts)


def page(head: str, body: str, title: str = f"{TITLE} | Harbour Courier") -> str:
    return f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(title)}</title>{head}</head><body>{body}</body></html>'


def meta(**values: str) -> str:
    return "".join(f'<meta property="{k.replace("_", ":", 1)}" content="{html.escape(v)}">' for k, v in values.items())


LD = {
    "@context": "https://schema.org",
    "@type": "NewsArticle",
    "headline": TITLE,
    "datePublished": "2021-06-08T07:30:00+02:00",
    "dateModified": "2021-06-09T10:00:00+02:00",
    "author": {"@type": "Person", "name": "Anneke Vos"},
    "publisher": {"@type": "Organization", "name": "Harbour Courier"},
}
OG = meta(
    og_title=TITLE,
    og_site_name="Harbour Courier",
    article_published_time="2021-06-08T07:30:00+02:00",
    article_modified_time="2021-06-09",
)
CANON = '<link rel="canonical" href="https://courier.example/2021/harbour-cameras">'
FULL = {
    "author": "Anneke Vos",
    "published": "2021-06-08",
    "modified": "2021-06-09",
    "publisher": "Harbour Courier",
    "address": "https://courier.example/2021/harbour-cameras",
}
AUTHOR = '<meta name="author" content="Anneke Vos">'
TEASERS = "".join(
    f'<div class="card"><a href="/{n}"><h3>{t}</h3></a><p>{d}</p></div>'
    for n, (t, d) in enumerate(
        (
            ("Ferry fares rise again", "Passengers pay ten per cent more from July, the operator announced this week."),
            (
                "Fish market to move",
                "The old hall is to be torn down next year, and traders are furious about the plan.",
            ),
            (
                "Ten walks for the summer",
                "Our readers chose their favourite paths along the coast, from easy to steep.",
            ),
        )
    )
)
LEFT = ("Ferry fares rise again", "traders are furious", "All rights reserved")
CONSENT = (
    '<div id="consent"><h1>We value your privacy</h1><p>We and our 842 partners store and access information on a device, such as cookies, and process '
    "personal data for personalised advertising and content, measurement, audience research and services development.</p>"
    "<p>With your permission we and our partners may use precise geolocation data and identification through device scanning. You may click to consent "
    "to our and our partners’ processing as described above. Alternatively you may access more detailed information and change your preferences.</p>"
    "<button>Accept all</button><button>Manage options</button><button>Reject all</button></div>"
)


def pages() -> list[Page]:
    plain = page(
        CANON + OG + AUTHOR,
        f"{NAV}<main><article><h1>{TITLE}</h1><p class=byline>By Anneke Vos</p>{p()}</article></main>{FOOT}",
    )
    out = [Page("plain article", plain, leave=("All rights reserved", "Privacy policy"), **FULL)]
    ld = page(
        f'{CANON}<script type="application/ld+json">{json.dumps(LD)}</script>',
        f'{NAV}<div class="story"><h1>{TITLE}</h1><div class="text">{p()}</div></div>{FOOT}',
    )
    out.append(Page("metadata in JSON-LD", ld, leave=("All rights reserved",), **FULL))
    side = f'{NAV}<div id=wrap><div id=content><h1>{TITLE}</h1>{p(TEXTS[:3])}<aside class="related"><h2>Related stories</h2>{TEASERS}</aside>{p(TEXTS[3:])}</div><div id=sidebar><h2>Most read</h2>{TEASERS}</div></div>{FOOT}'
    out.append(Page("teasers beside and within", page(CANON + OG + AUTHOR, side), leave=LEFT, **FULL))
    banner = f'<div class="cookie-banner" role="dialog"><p>We use cookies to improve your experience. By clicking Accept you agree to our use of cookies and similar technologies.</p><button>Accept</button></div>{NAV}<article><h1>{TITLE}</h1>{p()}</article>{FOOT}'
    out.append(
        Page(
            "cookie banner over an article",
            page(CANON + OG + AUTHOR, banner),
            leave=("improve your experience", *LEFT[2:]),
            **FULL,
        )
    )
    out.append(
        Page(
            "consent wall only", page("", CONSENT, "Before you continue"), keep=(), title="", refused="asks for consent"
        )
    )
    wall2 = page(OG, f"{CONSENT}{FOOT}")
    out.append(Page("consent wall with the article's head", wall2, keep=(), title="", refused="asks for consent"))
    check = page(
        "",
        "<h1>Just a moment...</h1><p>Checking your browser before accessing courier.example.</p><p>Please enable JavaScript and cookies to continue. This process is automatic.</p><p>Ray ID: 6a1b2c3d4e5f</p>",
        "Just a moment...",
    )
    out.append(Page("browser check", check, keep=(), title="", refused="checks the browser"))
    ads = "".join(
        f"<p>{html.escape(t)}</p>"
        + (
            '<div class="ad-slot"><p>Advertisement</p><p>Save 40% on garden furniture this weekend only at Grønli Home.</p></div>'
            if n in (1, 3)
            else ""
        )
        for n, t in enumerate(TEXTS)
    )
    out.append(
        Page(
            "adverts between paragraphs",
            page(CANON + OG + AUTHOR, f"{NAV}<article><h1>{TITLE}</h1>{ads}</article>{FOOT}"),
            leave=("garden furniture",),
            **FULL,
        )
    )
    pay = f'{NAV}<article><h1>{TITLE}</h1>{p(TEXTS[:2])}<div class="paywall"><h2>Subscribe to continue reading</h2><p>Get unlimited access for 1 a month. Already a subscriber? Log in.</p></div></article>{FOOT}'
    out.append(
        Page(
            "paywall after two paragraphs",
            page(CANON + OG + AUTHOR, pay),
            keep=TEXTS[:2],
            leave=("unlimited access",),
            **FULL,
        )
    )
    posts = "".join(
        f'<article class="live-post"><time datetime="2021-06-08T{9 + n:02d}:00">{9 + n}:00</time><h2>Update {n + 1}</h2><p>{html.escape(t)}</p></article>'
        for n, t in enumerate((*TEXTS, *MORE))
    )
    out.append(
        Page(
            "live blog",
            page(CANON + OG + AUTHOR, f"{NAV}<main><h1>{TITLE}</h1><div class=live>{posts}</div></main>{FOOT}"),
            keep=(*TEXTS, *MORE),
            leave=("All rights reserved",),
            **FULL,
        )
    )
    items = (
        "Orvanta supplied the cameras and the software.",
        "Kestrel Imaging Research tested the accuracy.",
        "The town of Lindholm paid 1.2 million.",
        "Norvale cancelled its order in 2019.",
    )
    lists = f"{NAV}<article><h1>{TITLE}</h1>{p(TEXTS[:3])}<ul>{''.join(f'<li>{i}</li>' for i in items)}</ul>{p(TEXTS[3:])}</article>{FOOT}"
    out.append(
        Page(
            "list in the text",
            page(CANON + OG + AUTHOR, lists),
            keep=(*TEXTS, *items),
            leave=("All rights reserved",),
            **FULL,
        )
    )
    rows = (
        ("Town", "Supplier", "Year"),
        ("Lindholm", "Orvanta", "2021"),
        ("Norvale", "Orvanta", "2019"),
        ("Eastmoor", "Kestrel", "2020"),
    )
    cells = "".join("<tr>" + "".join(f"<td>{c}</td>" for c in r) + "</tr>" for r in rows)
    out.append(
        Page(
            "table in the text",
            page(
                CANON + OG + AUTHOR,
                f"{NAV}<article><h1>{TITLE}</h1>{p(TEXTS[:3])}<table>{cells}</table>{p(TEXTS[3:])}</article>{FOOT}",
            ),
            keep=(*TEXTS, "Eastmoor"),
            leave=("All rights reserved",),
            **FULL,
        )
    )
    soup = (
        f'<table width=100%><tr><td bgcolor=#eee><a href="/">Home</a><br><a href="/n">News</a></td><td><font size=5><b>{TITLE}</b></font><br><br>'
        + "<br><br>".join(html.escape(t) for t in TEXTS)
        + "</td></tr></table>"
    )
    out.append(Page("tables of the nineties", page("", soup, TITLE), title=TITLE))
    divs = (
        f'<div class="c1"><div class="c2"><span class="t">{TITLE}</span></div>'
        + "".join(f'<div class="c3"><span>{html.escape(t)}</span></div>' for t in TEXTS)
        + "</div>"
    )
    out.append(
        Page(
            "divs without meaning", page(CANON + OG + AUTHOR, NAV + divs + FOOT), leave=("All rights reserved",), **FULL
        )
    )
    comments = "".join(
        f'<div class="comment"><b>reader{n}</b><p>{t}</p></div>'
        for n, t in enumerate(
            (
                "This is outrageous, I walk there every day!",
                "First they came for the ferries, then for the buses.",
                "The council should resign over this.",
            )
        )
    )
    out.append(
        Page(
            "reader comments",
            page(
                CANON + OG + AUTHOR,
                f'{NAV}<article><h1>{TITLE}</h1>{p()}</article><section id="comments"><h2>3 comments</h2>{comments}</section>{FOOT}',
            ),
            leave=("outrageous", "should resign"),
            **FULL,
        )
    )
    share = '<div class="share"><a>Share on Facebook</a><a>Tweet</a><a>Copy link</a></div><figure><img src=a.jpg><figcaption>The harbour in March. Photo: Jon Dahl</figcaption></figure>'
    letter = '<div class="newsletter"><h3>Sign up for our newsletter</h3><p>The best of the Courier in your inbox every Friday.</p><form><input type=email></form></div>'
    out.append(
        Page(
            "share buttons and newsletter",
            page(
                CANON + OG + AUTHOR,
                f"{NAV}<article><h1>{TITLE}</h1>{share}{p(TEXTS[:4])}{letter}{p(TEXTS[4:])}</article>{FOOT}",
            ),
            leave=("in your inbox", "Copy link"),
            **FULL,
        )
    )
    release = f'<div id="header"><a>Orvanta</a></div><div id="press"><h1>Orvanta opens a laboratory in Lindholm</h1><p>LEEDS, 8 June 2021 – Orvanta today opened a laboratory for the study of crowds. The firm will employ forty engineers there.</p>{p(MORE)}<h2>About Orvanta</h2><p>Orvanta makes cameras that recognise faces and number plates. It was founded in 2011 and has its seat in Leeds.</p></div>{FOOT}'
    out.append(
        Page(
            "press release",
            page("", release, "Orvanta opens a laboratory in Lindholm"),
            keep=(*MORE, "It was founded in 2011 and has its seat in Leeds."),
            title="Orvanta opens a laboratory in Lindholm",
            leave=("All rights reserved",),
        )
    )
    blog = f'<header><h1><a href="/">Notes on Sensing</a></h1></header><div class="post"><h2>{TITLE}</h2><div class="meta">Posted on June 8, 2021 by Anneke Vos</div>{p()}</div><div class="sidebar"><h3>Archives</h3><ul><li>May 2021</li><li>April 2021</li></ul></div>{FOOT}'
    out.append(
        Page(
            "blog",
            page("", blog, f"{TITLE} – Notes on Sensing"),
            published="2021-06-08",
            author="Anneke Vos",
            leave=("April 2021",),
        )
    )
    index = f"{NAV}<main><h1>Technology</h1>{TEASERS}{TEASERS.replace('Ferry', 'Train')}</main>{FOOT}"
    out.append(
        Page(
            "index of teasers",
            page("", index, "Technology | Harbour Courier"),
            keep=(),
            title="",
            refused="list of links",
        )
    )
    app = page(
        OG,
        '<div id="root"></div><noscript>You need to enable JavaScript to run this app.</noscript><script src="/app.js"></script>',
    )
    out.append(Page("empty shell of an app", app, keep=(), title="", refused="JavaScript"))
    missing = page(
        "",
        f"{NAV}<h1>404</h1><p>Sorry, the page you are looking for could not be found.</p>{FOOT}",
        "Page not found | Harbour Courier",
    )
    out.append(Page("page not found", missing, keep=(), title="", refused="not found"))
    short = f"{NAV}<article><h1>{TITLE}</h1><p>{html.escape(TEXTS[0])}</p></article>{FOOT}"
    out.append(
        Page(
            "brief of one paragraph",
            page(CANON + OG + AUTHOR, short),
            keep=TEXTS[:1],
            leave=("All rights reserved",),
            **FULL,
        )
    )
    return out
