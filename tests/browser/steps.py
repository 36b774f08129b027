"""Steps that wait for Streamlit instead of guessing, and that ask a drawing where its lines and entities are."""

from typing import Any

IDLE = """() => {
  const app = document.querySelector("[data-testid=stApp]")
  return !!app && app.dataset.testConnectionState === "CONNECTED" && app.dataset.testScriptState === "notRunning"
    && !document.querySelector("[data-testid=stSkeleton],[data-testid=stAppSkeleton],[data-stale=true]")
}"""
VIEW = """
const find = (root) => {
  for (const element of root.querySelectorAll("*")) {
    if (element.__view) return element.__view
    const inner = element.shadowRoot && find(element.shadowRoot)
    if (inner) return inner
  }
}
const view = find(document)
"""
READY = f"() => {{ {VIEW}; return !!view && view.cy.nodes().length > 0 }}"
PLACE = f"""(selector) => {{ {VIEW}
  const element = view.cy.elements(selector)[0]
  const box = view.host.getBoundingClientRect()
  const at = element.isEdge() ? element.renderedMidpoint() : element.renderedPosition()
  return {{ x: box.x + at.x, y: box.y + at.y, id: element.id() }}
}}"""
# Every line as the drawing really drew it, and every entity's box with its name, in the drawing's own pixels.
GEOMETRY = f"""() => {{ {VIEW}
  const pick = ({{ x, y }}) => ({{ x, y }})
  const lines = view.cy.edges().map((edge) => ({{
    id: edge.id(), source: edge.source().id(), target: edge.target().id(),
    points: [edge.sourceEndpoint(), ...(edge.segmentPoints() || []), edge.targetEndpoint()].map(pick),
  }}))
  const boxes = view.cy.nodes().map((node) => {{
    const {{ x1, y1, x2, y2 }} = node.boundingBox({{ includeOverlays: false, includeEdges: false }})
    return {{ id: node.id(), x1, y1, x2, y2 }}
  }})
  return {{ lines, boxes }}
}}"""


def settled(page: Any) -> None:
    """Wait until the run has ended: seen twice, after the debounce of the widgets."""
    page.wait_for_timeout(180)
    for _ in range(60):
        page.wait_for_function(IDLE)
        page.wait_for_timeout(100)
        if page.evaluate(IDLE):
            return


def open_page(page: Any, address: str) -> None:
    """Open an address and wait until its page stands."""
    page.goto(address)
    page.wait_for_selector("[data-testid=stApp]")
    settled(page)


def drawn(page: Any) -> None:
    """Wait until the drawing stands."""
    page.wait_for_function(READY)
    page.wait_for_timeout(200)


def click_on_drawing(page: Any, selector: str) -> str:
    """Click a line or an entity with the real mouse, where it is drawn; return its id."""
    drawn(page)
    page.evaluate("() => document.querySelector('[data-testid=stMain]')?.scrollTo(0, 0)")
    place = page.evaluate(PLACE, selector)
    page.mouse.move(place["x"] - 3, place["y"] - 3)
    page.mouse.move(place["x"], place["y"])
    page.wait_for_timeout(120)
    page.mouse.click(place["x"], place["y"])
    settled(page)
    return str(place["id"])
