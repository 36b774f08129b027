// How the graph looks: one style sheet made from the theme and the schema's faces. Colour is never the only channel:
// shape and column say the type, line style the status, width the belief.

export const variable = (root, name, fallback) =>
  (getComputedStyle(root.host ?? root).getPropertyValue(name) || fallback).trim() || fallback

export function theme(root) {
  const back = variable(root, "--st-background-color", "#ffffff")
  const probe = document.createElement("canvas").getContext("2d")
  probe.fillStyle = back
  const [r, g, b] = [1, 3, 5].map((i) => parseInt(probe.fillStyle.slice(i, i + 2), 16))
  const dark = 0.299 * r + 0.587 * g + 0.114 * b < 128
  return {
    dark,
    back,
    text: variable(root, "--st-text-color", dark ? "#eceae6" : "#1e1d1b"),
    accent: variable(root, "--st-primary-color", "#7a1fa2"),
    font: variable(root, "--st-font", "sans-serif"),
    line: dark ? "#8d939e" : "#868b94",
    alarm: dark ? "#ff9d5c" : "#c2410c",
  }
}

const DASHES = { proposed: "dashed", disputed: "dotted" }
export const lineStyle = (status) => DASHES[status] ?? "solid"
// Dots are the round caps of dashes without length: they stay dots at every width.
export const dashPattern = (status, width) =>
  ({ dashed: [width + 4, width + 2.5], dotted: [0.01, 2 * width + 1] })[lineStyle(status)] ?? [1, 0]
const fraction = (belief) => Math.max(0, Math.min(1, Number(belief) || 0))
export const lineWidth = (belief) => 1.8 + 2.8 * fraction(belief)

export function sheet(look, faces, fixed) {
  const label = {
    label: "data(words)",
    color: look.text,
    "font-family": look.font,
    "font-size": 12.5,
    "text-background-color": look.back,
    "text-background-opacity": 0.92,
    "text-background-padding": 2,
    "text-rotation": "autorotate",
    "z-index": 40,
  }
  const rules = [
    {
      selector: "node",
      style: {
        width: "data(size)",
        height: "data(size)",
        "background-color": look.line,
        "border-width": 1.5,
        "border-color": look.back,
        label: "data(caption)",
        color: look.text,
        "font-family": look.font,
        "font-size": 14,
        "line-height": 1.15,
        "text-valign": "bottom",
        "text-margin-y": 5,
        "text-wrap": "wrap",
        "text-max-width": 400,
        "text-background-color": look.back,
        "text-background-opacity": 0.8,
        "text-background-padding": 1,
        "min-zoomed-font-size": 5,
      },
    },
    {
      selector: "edge",
      style: {
        width: "data(width)",
        "line-color": look.line,
        "target-arrow-color": look.line,
        "target-arrow-shape": "triangle",
        "arrow-scale": 0.9,
        "curve-style": fixed ? "straight" : "bezier",
        "control-point-step-size": 46,
        "line-style": (edge) => (edge.data("dash") === "solid" ? "solid" : "dashed"),
        "line-dash-pattern": (edge) => dashPattern(edge.data("status"), edge.data("width")),
        "min-zoomed-font-size": 5,
      },
    },
    {
      selector: "edge[status = 'disputed']",
      style: { "line-color": look.alarm, "target-arrow-color": look.alarm, "line-cap": "round" },
    },
    { selector: "edge[?inferred]", style: { "target-arrow-shape": "vee", "line-opacity": 0.65 } },
    { selector: "edge.route", style: { "source-endpoint": "data(start)", "target-endpoint": "data(finish)" } },
    {
      selector: "edge.bent",
      style: {
        "curve-style": "round-segments",
        "segment-weights": "data(weights)",
        "segment-distances": "data(distances)",
        "segment-radii": 40,
        "edge-distances": "endpoints",
      },
    },
    { selector: "edge.named, edge.near, edge.picked", style: label },
    { selector: "edge.near", style: { "z-index": 60 } },
    { selector: "node.focus", style: { "border-width": 3, "border-color": look.text, "font-weight": 700 } },
    { selector: ".dim", style: { opacity: 0.2 } },
    {
      selector: ".picked",
      style: { "z-index": 90, opacity: 1, "line-color": look.accent, "target-arrow-color": look.accent, "font-weight": 700 },
    },
    { selector: "node.picked", style: { "border-width": 4, "border-color": look.accent } },
    { selector: "node:active, edge:active", style: { "overlay-opacity": 0.08 } },
  ]
  for (const face of faces)
    rules.splice(1, 0, {
      selector: `node[face = ${JSON.stringify(face.key)}]`,
      style: { "background-color": look.dark ? face.dark : face.light, shape: face.shape },
    })
  return rules
}

// Points of a shape in a box of 14 by 14, for the legend.
const POLYGONS = {
  diamond: "7,0 14,7 7,14 0,7",
  "round-diamond": "7,1 13,7 7,13 1,7",
  hexagon: "3.5,1 10.5,1 14,7 10.5,13 3.5,13 0,7",
  octagon: "4,0 10,0 14,4 14,10 10,14 4,14 0,10 0,4",
  pentagon: "7,0 14,5.2 11.4,13.5 2.6,13.5 0,5.2",
  triangle: "7,0 14,13 0,13",
  rectangle: "1,1 13,1 13,13 1,13",
}
const svg = (name, values) => {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name)
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value)
  return element
}

export function glyph(shape, colour) {
  const box = svg("svg", { viewBox: "0 0 14 14", width: 13, height: 13, "aria-hidden": "true" })
  if (POLYGONS[shape]) box.append(svg("polygon", { points: POLYGONS[shape], fill: colour }))
  else if (shape === "ellipse") box.append(svg("circle", { cx: 7, cy: 7, r: 6.5, fill: colour }))
  else box.append(svg("rect", { x: 0.5, y: 1, width: 13, height: 12, rx: 3.5, fill: colour }))
  return box
}

export function stroke(dash, colour, width) {
  const box = svg("svg", { viewBox: "0 0 26 10", width: 26, height: 10, "aria-hidden": "true" })
  const gaps = { dashed: "6 4", dotted: `0.01 ${2 * width}` }[dash] ?? "none"
  const cap = dash === "dotted" ? "round" : "butt"
  box.append(svg("line", { x1: 2, y1: 5, x2: 25, y2: 5, stroke: colour, "stroke-width": width, "stroke-dasharray": gaps, "stroke-linecap": cap }))
  return box
}
