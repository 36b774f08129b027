// The graph component: Cytoscape with the Chain and the Network layout. Faces, colours, shapes, columns and words come
// with the data (from graph/schema); nothing here knows an entity type. All text is set as text, never as HTML.
import cytoscape from "cytoscape"
import fcose from "cytoscape-fcose"

import { chainLayout } from "./chain.js"
import { glyph, lineStyle, lineWidth, sheet, stroke, theme } from "./look.js"

cytoscape.use(fcose)

const VIEWS = new WeakMap()
const NAMED = 26 // with no more links than this, every line carries its words
const LABEL = 108 // width of a name, in pixels at zoom 1
const LINES = 4
const HEAD = 46 // pixels that the row of column names takes
const FOOT = 62 // pixels that legend and buttons take
const LARGEST = 1.1
const SMALLEST = 0.72 // zoom below which names can't be read: a wider drawing is panned instead
const LINE = 16.5
const FONT = 14
const measure = document.createElement("canvas").getContext("2d")

function wrap(name, font) {
  measure.font = `${FONT}px ${font}`
  const fits = (text) => measure.measureText(text).width <= LABEL
  const lines = []
  let line = ""
  for (let word of String(name).split(/\s+/).filter(Boolean)) {
    while (word) {
      const joined = line ? `${line} ${word}` : word
      if (fits(joined)) {
        line = joined
        word = ""
      } else if (line) {
        lines.push(line)
        line = ""
      } else {
        let n = 1
        while (n < word.length && fits(word.slice(0, n + 1))) n++
        lines.push(word.slice(0, n))
        word = word.slice(n)
      }
    }
    if (lines.length > LINES) break
  }
  if (line) lines.push(line)
  if (lines.length > LINES) lines.splice(LINES - 1, lines.length, `${lines[LINES - 1].slice(0, -1)}…`)
  return { caption: lines.join("\n"), width: Math.max(...lines.map((l) => measure.measureText(l).width), 0), lines: lines.length }
}

function elements(data, font) {
  const degree = {}
  for (const { source, target } of data.links) for (const id of [source, target]) degree[id] = (degree[id] ?? 0) + 1
  const nodes = data.entities.map((entity) => ({
    group: "nodes",
    data: { ...entity, ...wrap(entity.name, font), size: Math.min(46, 24 + 3 * (degree[entity.id] ?? 0)) },
  }))
  const links = data.links.map((link) => ({
    group: "edges",
    data: { ...link, dash: lineStyle(link.status), width: lineWidth(link.belief) },
  }))
  return [...nodes, ...links]
}

// A wide, flat drawing is drawn small; where there is room below, more air makes it easier to read.
function roomy(view, boxes, links) {
  const plan = chainLayout(boxes, links)
  const width = (view.host.clientWidth || 900) - 40
  const zoom = Math.max(SMALLEST, Math.min(LARGEST, width / plan.width))
  const room = (Math.min(view.data.height, 500) - HEAD - FOOT) / zoom
  const air = Math.max(1, Math.min(3, room / plan.height))
  const channels = plan.columns.length - 1
  const spread = channels ? Math.max(0, Math.min(150, (width / zoom - plan.width) / channels)) : 0
  return air > 1.1 || spread > 4 ? chainLayout(boxes, links, air, spread) : plan
}

function drawChain(view) {
  const { cy, faces } = view
  const boxes = cy.nodes().map((n) => {
    const { id, face, size, width, lines } = n.data()
    const { column, shape } = faces.get(face)
    return { id, column, shape, size, width: Math.max(size, width), below: lines * LINE + 8 }
  })
  const links = cy.edges().map((e) => ({ id: e.id(), source: e.source().id(), target: e.target().id() }))
  const plan = roomy(view, boxes, links)
  cy.batch(() => {
    cy.nodes().forEach((n) => void n.position(plan.positions[n.id()]))
    cy.edges().forEach((edge) => {
      const path = plan.paths[edge.id()]
      if (!path) return
      const [a, z] = [path[0], path.at(-1)]
      const [s, t] = [edge.source().position(), edge.target().position()]
      const [dx, dy] = [z.x - a.x, z.y - a.y]
      const length = Math.hypot(dx, dy) || 1
      const inner = path.slice(1, -1)
      const weights = inner.map((p) => ((p.x - a.x) * dx + (p.y - a.y) * dy) / length ** 2)
      const distances = inner.map((p) => ((p.y - a.y) * dx - (p.x - a.x) * dy) / length)
      edge.data({
        start: `${a.x - s.x}px ${a.y - s.y}px`,
        finish: `${z.x - t.x}px ${z.y - t.y}px`,
        weights: weights.map((w) => w.toFixed(5)).join(" "),
        distances: distances.map((d) => d.toFixed(2)).join(" "),
      })
      edge.addClass("route")
      edge.toggleClass("bent", inner.length > 0)
    })
  })
  view.plan = plan
}

function fit(view) {
  const { cy, host, plan, data } = view
  const width = host.clientWidth
  if (!width) return
  if (!plan) {
    host.style.height = `${data.height}px`
    cy.resize()
    cy.fit(undefined, 36)
    if (cy.zoom() > 1.3) cy.zoom({ level: 1.3, renderedPosition: { x: width / 2, y: data.height / 2 } })
    return
  }
  const room = width - 40
  const zoom = Math.max(SMALLEST, Math.min(LARGEST, room / plan.width, (data.height - HEAD - FOOT) / plan.height))
  const height = Math.round(Math.min(data.height, Math.max(250, plan.height * zoom + HEAD + FOOT)))
  host.style.height = `${height}px`
  cy.resize()
  const focus = cy.getElementById(data.focus ?? "")
  const wide = plan.width * zoom > room
  const tall = plan.height * zoom > height - HEAD - FOOT + 1
  const middle = focus.nonempty() ? focus.position() : { x: 0, y: 0 }
  const shift = (size, space, at, from) => Math.min(from, Math.max(space + from - size, from + space / 2 - at))
  cy.zoom(zoom)
  cy.pan({
    x: wide ? shift(plan.width * zoom, room, middle.x * zoom, 20) : (width - plan.width * zoom) / 2,
    y: tall
      ? shift(plan.height * zoom, height - HEAD - FOOT, middle.y * zoom, HEAD)
      : HEAD + (height - HEAD - FOOT - plan.height * zoom) / 2,
  })
}

function network(view, fresh) {
  view.plan = undefined
  view.cy.edges().removeClass("route bent")
  const options = { name: "fcose", quality: "proof", randomize: fresh, animate: false, nodeRepulsion: 12000, numIter: 2500 }
  view.cy.layout({ ...options, idealEdgeLength: 130, nodeSeparation: 130, packComponents: true, fit: false, nodeDimensionsIncludeLabels: true }).run()
}

function heads(view) {
  const { cy, plan, headRow, faces } = view
  headRow.hidden = !plan
  if (!plan) return
  const shown = new Set(cy.nodes().map((n) => n.data("face")))
  const items = plan.columns.map(({ column, x }) => {
    const item = document.createElement("span")
    item.textContent = [...faces.values()].filter((f) => f.column === column && shown.has(f.key)).map((f) => f.plural).join(" · ")
    item.dataset.x = x
    return item
  })
  headRow.replaceChildren(...items)
  follow(view)
}

function follow({ cy, plan, headRow }) {
  if (!plan) return
  for (const item of headRow.children) item.style.left = `${Number(item.dataset.x) * cy.zoom() + cy.pan().x}px`
}

function emphasise(view) {
  const { cy, data } = view
  cy.batch(() => {
    cy.elements().removeClass("dim picked near focus named")
    if (cy.edges().length <= NAMED || data.path) cy.edges().addClass("named")
    cy.getElementById(data.focus ?? "").addClass("focus")
    const chosen = cy.getElementById(data.picked ?? "")
    if (chosen.empty()) return
    const keep = chosen.isNode() ? chosen.closedNeighborhood() : chosen.union(chosen.connectedNodes())
    cy.elements().not(keep).addClass("dim")
    chosen.addClass("picked")
    keep.edges().addClass("near")
  })
}

const say = (element) => {
  const d = element.data()
  if (element.isNode()) return `${d.kind}: ${d.name}`
  const ends = `${element.source().data("name")} – ${d.words} → ${element.target().data("name")}`
  return `${ends} · ${d.status}${d.inferred ? ", inferred" : ""} · belief ${Number(d.belief).toFixed(2)}`
}

function listing(view) {
  const rows = [...view.cy.nodes(), ...view.cy.edges()].map((element) => {
    const button = document.createElement("button")
    button.type = "button"
    button.textContent = say(element)
    button.onclick = () => view.choose(element)
    const row = document.createElement("li")
    row.append(button)
    return row
  })
  view.list.replaceChildren(...rows)
}

function legend(view) {
  const { cy, data, look, root } = view
  const entry = (sign, words) => {
    const item = document.createElement("span")
    item.append(sign, words)
    return item
  }
  const shown = new Set(cy.nodes().map((n) => n.data("face")))
  const faces = data.faces.filter((f) => shown.has(f.key)).map((f) => entry(glyph(f.shape, look.dark ? f.dark : f.light), f.name))
  const statuses = new Set(cy.edges().map((e) => lineStyle(e.data("status"))))
  const lines = []
  if (statuses.has("solid")) lines.push(entry(stroke("solid", look.line, 3), "supported"))
  if (statuses.has("dashed")) lines.push(entry(stroke("dashed", look.line, 2), "proposed: one source"))
  if (statuses.has("dotted")) lines.push(entry(stroke("dotted", look.alarm, 3), "disputed"))
  root.querySelector("#legend").replaceChildren(...faces, ...lines)
}

function listen(view) {
  const { cy, tip } = view
  cy.on("mouseover", "node,edge", ({ target }) => {
    tip.textContent = say(target)
    tip.hidden = false
    view.host.style.cursor = "pointer"
    ;(target.isNode() ? target.connectedEdges() : target).addClass("near")
  })
  cy.on("mouseout", "node,edge", () => {
    tip.hidden = true
    view.host.style.cursor = ""
    emphasise(view)
  })
  cy.on("onetap", "node,edge", ({ target }) => view.choose(target))
  cy.on("dbltap", "node", ({ target }) => view.send("opened", target.id()))
  cy.on("tap", ({ target }) => target === cy && view.data.picked && view.choose(null))
  cy.on("viewport", () => follow(view))
}

function toolbar(view) {
  const { cy, host, root } = view
  const zoom = (by) => () =>
    cy.zoom({ level: cy.zoom() * by, renderedPosition: { x: host.clientWidth / 2, y: host.clientHeight / 2 } })
  const on = (id, run) => (root.querySelector(id).onclick = run)
  on("#closer", zoom(1.25))
  on("#farther", zoom(0.8))
  on("#whole", () => fit(view))
  on("#image", () => {
    const link = document.createElement("a")
    link.href = cy.png({ full: true, scale: 2, bg: view.look.back })
    link.download = "sightlines.png"
    link.click()
  })
  on("#words", () => {
    const open = root.querySelector("#panel").toggleAttribute("data-open")
    root.querySelector("#words").setAttribute("aria-expanded", String(open))
    if (open) view.list.querySelector("button")?.focus()
  })
}

function open(root, data) {
  const host = root.querySelector("#canvas")
  const look = theme(root)
  const view = { root, host, data, look, faces: new Map(data.faces.map((f) => [f.key, f])) }
  Object.assign(view, { headRow: root.querySelector("#heads"), tip: root.querySelector("#tip"), list: root.querySelector("#list") })
  view.cy = cytoscape({ container: host, layout: { name: "preset" }, minZoom: 0.15, maxZoom: 3, boxSelectionEnabled: false, autounselectify: true })
  view.choose = (element) => {
    const id = element?.id() ?? ""
    view.data = { ...view.data, picked: id }
    emphasise(view)
    view.send("picked", { kind: !element ? "none" : element.isNode() ? "entity" : "link", id })
  }
  listen(view)
  toolbar(view)
  view.watch = new ResizeObserver(() => {
    if (host.clientWidth !== view.seen) {
      view.seen = host.clientWidth
      fit(view)
      follow(view)
    }
  })
  view.watch.observe(host)
  host.__view = view
  return view
}

function draw(view, data, first) {
  const { cy } = view
  const look = theme(view.root)
  const before = view.shape
  view.shape = JSON.stringify([data.layout, data.entities.map((e) => e.id), data.links.map((l) => l.id), look.font])
  Object.assign(view, { data, look, faces: new Map(data.faces.map((f) => [f.key, f])) })
  const changed = view.shape !== before
  if (changed) {
    const wanted = elements(data, look.font)
    const ids = new Set(wanted.map((e) => e.data.id))
    cy.batch(() => {
      cy.elements().filter((e) => !ids.has(e.id())).remove()
      for (const element of wanted) {
        const old = cy.getElementById(element.data.id)
        if (old.nonempty()) old.data(element.data)
        else cy.add(element)
      }
    })
  }
  cy.style(sheet(look, data.faces, data.layout === "chain"))
  if (changed) {
    if (data.layout === "chain") drawChain(view)
    else network(view, first || !view.cy.nodes().some((n) => n.position("x")))
    fit(view)
  }
  heads(view)
  emphasise(view)
  legend(view)
  listing(view)
}

export default function ({ data, parentElement: root, setTriggerValue }) {
  let view = VIEWS.get(root)
  const first = !view
  if (first) {
    view = open(root, data)
    VIEWS.set(root, view)
  }
  view.send = setTriggerValue
  draw(view, data, first)
  return () => {
    view.watch.disconnect()
    view.cy.destroy()
    VIEWS.delete(root)
  }
}
