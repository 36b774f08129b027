"""The way of a newcomer through the app, in Chromium."""

import re
from itertools import pairwise
from typing import Any

import pytest

from tests.browser.steps import GEOMETRY, click_on_drawing, drawn, open_page, settled

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def choose(page: Any, key: str, text: str) -> None:
    """Type into a select and take the first option that fits."""
    box = page.locator(f".st-key-{key} input")
    box.click()
    box.fill(text)
    page.get_by_role("option").filter(has_text=text).first.click()
    settled(page)


def test_from_a_search_to_the_sentence_the_trail_and_the_query(app: str, page: Any) -> None:
    from playwright.sync_api import expect

    open_page(page, app)
    expect(page.get_by_role("heading", name="Follow a photo")).to_be_visible()
    choose(page, "pick-find", "Lumen Faces")
    expect(page).to_have_url(re.compile(r"/explore\?.*entity="))

    k = click_on_drawing(page, "edge[status = 'disputed']")
    expect(page).to_have_url(re.compile(k))
    quote = page.locator(".sl-quote blockquote")
    expect(quote.filter(has_text="According to two former engineers")).to_be_visible()
    expect(quote.filter(has_text="denies that it ever used")).to_be_visible()
    expect(page.locator("blockquote mark.subject").first).to_have_text("Northgate Vision")

    page.get_by_role("link", name="Trace").first.click()
    settled(page)
    choose(page, "pick-from", "Vidwell")
    choose(page, "pick-to", "Calm Streets")
    expect(page.get_by_text("The weakest hop is").first).to_be_visible()
    expect(page.locator(".sl-step").first).to_contain_text("Strata Gait")

    page.get_by_role("link", name="Ask").first.click()
    settled(page)
    page.locator("[class*=st-key-ask-][class*=-run] button").first.click()
    settled(page)
    expect(page.locator("[data-testid=stDataFrame]").first).to_be_visible()

    page.get_by_text("Write Cypher").click()
    settled(page)
    editor = page.locator(".cm-content")
    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("MATCH (d:Dataset) RETURN d.name AS name ORDER BY name")
    page.keyboard.press("Control+Enter")
    settled(page)
    expect(page.get_by_text("2 rows.")).to_be_visible()

    editor.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("MATCH (d:Dataset) DETACH DELETE d")
    page.keyboard.press("Control+Enter")
    settled(page)
    expect(page.locator("[data-testid=stAlert]").first).to_be_visible()


def segment_meets(a: dict[str, float], b: dict[str, float], box: dict[str, float]) -> bool:
    low, high = 0.0, 1.0
    dx, dy = b["x"] - a["x"], b["y"] - a["y"]
    sides = ((-dx, a["x"] - box["x1"]), (dx, box["x2"] - a["x"]), (-dy, a["y"] - box["y1"]), (dy, box["y2"] - a["y"]))
    for p, q in sides:
        if p == 0:
            if q < 0:
                return False
        elif p < 0:
            low = max(low, q / p)
        else:
            high = min(high, q / p)
    return low <= high


def test_no_drawn_line_touches_an_entity_that_it_does_not_join(app: str, page: Any) -> None:
    open_page(page, app)
    choose(page, "pick-find", "Lumen Faces")
    drawn(page)
    shown = page.evaluate(GEOMETRY)
    assert len(shown["lines"]) > 10
    assert any(len(line["points"]) > 3 for line in shown["lines"])
    touching = [
        (line["id"], box["id"])
        for line in shown["lines"]
        for box in shown["boxes"]
        if box["id"] not in (line["source"], line["target"])
        and any(segment_meets(a, b, box) for a, b in pairwise(line["points"]))
    ]
    assert not touching


def test_every_link_can_be_reached_and_opened_by_keyboard(app: str, page: Any) -> None:
    from playwright.sync_api import expect

    open_page(page, app)
    choose(page, "pick-find", "Lumen Faces")
    drawn(page)
    words = page.get_by_role("button", name="List")
    page.keyboard.press("Tab")  # from here on the browser shows where the focus is
    words.focus()
    outline = words.evaluate("element => getComputedStyle(element).outlineStyle")
    assert outline != "none"
    page.keyboard.press("Enter")
    rows = page.get_by_role("region", name="Entities and links").get_by_role("button")
    expect(rows.first).to_be_focused()
    row = rows.filter(has_text="– used →").filter(has_text="disputed")
    row.first.focus()
    page.keyboard.press("Enter")
    settled(page)
    expect(page.locator(".sl-quote").filter(has_text="Denies it")).to_be_visible()


@pytest.mark.parametrize("path", ["", "explore", "trace", "ask", "ask?tab=cypher"])
def test_every_control_has_a_name(app: str, page: Any, path: str) -> None:
    open_page(page, f"{app}/{path}")
    nameless = page.evaluate(
        """() => {
          const out = []
          const walk = (root) => { for (const e of root.querySelectorAll("*")) {
            if (e.shadowRoot) walk(e.shadowRoot)
            if (!e.matches("button,a[href],input:not([type=hidden]),select,textarea,[role=button]")) continue
            if (!e.getClientRects().length || e.closest("[aria-hidden=true]")) continue
            const ids = (e.getAttribute("aria-labelledby") || "").split(" ")
            const by = ids.map((id) => root.getElementById?.(id)?.textContent)
            const name = [e.getAttribute("aria-label"), ...by, e.title, e.textContent, e.placeholder,
              ...[...(e.labels || [])].map((l) => l.textContent)].filter(Boolean).join("").trim()
            if (!name) out.push(e.outerHTML.slice(0, 160))
          } }
          walk(document)
          return out
        }"""
    )
    assert not nameless


@pytest.mark.parametrize("path", ["", "explore", "trace", "ask"])
def test_hostile_names_stay_text_on_every_page(hostile_app: str, page: Any, path: str) -> None:
    open_page(page, f"{hostile_app}/{path}")
    assert page.evaluate("() => window.pwned === undefined")
    assert page.locator("img[src*='leak.example'], a[href^='javascript:']").count() == 0


def test_hostile_names_stay_text_in_a_drawing_and_its_evidence(hostile_app: str, page: Any) -> None:
    open_page(page, f"{hostile_app}/explore")
    choose(page, "pick-entity", "<img src=x")
    click_on_drawing(page, "edge")
    page.locator(".sl-quote").first.wait_for()
    page.mouse.move(400, 400)
    assert page.evaluate("() => window.pwned === undefined")
    assert page.locator("img[src*='leak.example'], a[href^='javascript:']").count() == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_drawing_follows_the_theme(app: str, page: Any, scheme: str) -> None:
    page.emulate_media(color_scheme=scheme)
    open_page(page, app)
    drawn(page)
    colour = page.evaluate(
        """() => { const find = (r) => { for (const e of r.querySelectorAll("*")) { if (e.__view) return e.__view
          const i = e.shadowRoot && find(e.shadowRoot); if (i) return i } }; return find(document).look.dark }"""
    )
    assert colour is (scheme == "dark")
