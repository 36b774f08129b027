// The Chain: a layered drawing from left to right, one column a face. Pure geometry, no DOM.
//
// The one promise: no line touches an entity that it does not join, because a line through a name reads as a claim.
// It holds by construction. A column is as wide as its widest label; a line leaves its entity horizontally until it is
// out of the column, bends only in the channel between two columns, and crosses a column in a slot of its own (a
// "virtual stop", after Sugiyama, Tagawa and Toda 1981).
//
// boxes: [{id, column, size, width, below}] – size of the shape, width of shape or label, height of the label below it.
// links: [{id, source, target}]

const STOP = 18 // height of a slot for a line that passes a column
const GAP = 16 // least air between two entities of a column
const MARGIN = 9 // air between the widest label and the channel
const LANE = 10 // distance of two brackets that join entities of one column
const SWEEPS = 30

// Half width of a shape at height t (-1 top, 1 bottom), as a share of its half width.
const OUTLINE = {
  ellipse: (t) => Math.sqrt(Math.max(0, 1 - t * t)),
  diamond: (t) => 1 - Math.abs(t),
  "round-diamond": (t) => 1 - Math.abs(t),
  hexagon: (t) => 1 - Math.abs(t) / 2,
  octagon: (t) => Math.min(1, 1.41 - Math.abs(t)),
  pentagon: (t) => (t < -0.31 ? (0.95 * (t + 1)) / 0.69 : 0.95 - 0.32 * (t + 0.31)),
  triangle: (t) => (t + 1) / 2,
}
const outline = (shape, t) => (OUTLINE[shape] ? Math.max(0.15, OUTLINE[shape](t)) : 1)

// Positions closest to what each item wants (weighted least squares) that keep the order and the gaps:
// isotonic regression by pooling adjacent violators.
function settle(items) {
  let run = 0
  const pools = []
  items.forEach((item, i) => {
    if (i) run += items[i - 1].below + item.above
    item.run = run
    pools.push({ sum: (item.want - run) * item.weight, weight: item.weight, items: [item] })
    while (pools.length > 1) {
      const [a, b] = pools.slice(-2)
      if (a.sum / a.weight <= b.sum / b.weight) break
      pools.splice(-2, 2, { sum: a.sum + b.sum, weight: a.weight + b.weight, items: [...a.items, ...b.items] })
    }
  })
  for (const pool of pools) for (const item of pool.items) item.y = pool.sum / pool.weight + item.run
}

function layers(boxes, links, air) {
  const used = [...new Set(boxes.map((b) => b.column))].sort((a, b) => a - b)
  const index = new Map(used.map((column, i) => [column, i]))
  const columns = used.map((column) => ({ column, items: [], half: 0, lanes: 0 }))
  const items = new Map()
  const put = (item) => {
    columns[item.c].items.push(item)
    items.set(item.id, item)
    return item
  }
  for (const box of boxes) {
    const above = box.size / 2 + (GAP * air) / 2
    const below = box.size / 2 + box.below + (GAP * air) / 2
    const c = index.get(box.column)
    put({ id: box.id, c, box, above, below, weight: 1, near: [], y: 0 })
    columns[c].half = Math.max(columns[c].half, box.width / 2 + MARGIN)
  }
  const routes = []
  const slot = (STOP * Math.min(air, 2)) / 2
  for (const link of links) {
    let from = items.get(link.source)
    let to = items.get(link.target)
    if (!from || !to || from === to) continue
    const turned = from.c > to.c
    if (turned) [from, to] = [to, from]
    const stops = []
    for (let c = from.c + 1; c < to.c; c++) {
      const id = `${link.id}#${c}`
      stops.push(put({ id, c, above: slot, below: slot, weight: 3, near: [], y: 0 }))
    }
    const way = [from, ...stops, to]
    for (let i = 1; i < way.length; i++) {
      way[i - 1].near.push(way[i])
      way[i].near.push(way[i - 1])
    }
    routes.push({ id: link.id, from, to, stops, turned, same: from.c === to.c })
  }
  return { columns, routes }
}

function arrange(columns) {
  for (const column of columns) {
    column.items.forEach((item, i) => (item.want = i * 40))
    settle(column.items)
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    const order = sweep % 2 ? columns : [...columns].reverse()
    for (const { items } of order) {
      for (const item of items) {
        const away = item.near.filter((n) => n.c !== item.c)
        const near = away.length ? away : item.near
        item.want = near.length ? near.reduce((sum, n) => sum + n.y, 0) / near.length : item.y
      }
      if (sweep < SWEEPS - 8) items.sort((a, b) => a.want - b.want || (a.id < b.id ? -1 : 1))
      settle(items)
    }
  }
  const top = Math.min(...columns.flatMap((c) => c.items.map((i) => i.y - i.above)))
  for (const { items } of columns) for (const item of items) item.y -= top
}

// Brackets of one column must not lie on each other: each takes the first lane that is free over its length.
function lanes(columns, routes) {
  columns.forEach((column, c) => {
    const taken = []
    const own = routes.filter((r) => r.same && r.from.c === c)
    own.sort((a, b) => Math.abs(a.from.y - a.to.y) - Math.abs(b.from.y - b.to.y))
    for (const route of own) {
      const low = Math.min(route.from.y, route.to.y) - 10
      const high = Math.max(route.from.y, route.to.y) + 10
      route.lane = taken.findIndex((spans) => spans.every(([a, b]) => high < a || low > b))
      if (route.lane < 0) route.lane = taken.push([]) - 1
      taken[route.lane].push([low, high])
    }
    column.lanes = taken.length
  })
}

// Where each line meets its entity: lines of one side are spread over the shape, sorted by where they go.
function ports(routes) {
  const sides = new Map()
  const add = (item, side, route, end, towards) => {
    const key = `${item.id} ${side}`
    if (!sides.has(key)) sides.set(key, { item, side, list: [] })
    sides.get(key).list.push({ route, end, towards })
  }
  for (const route of routes) {
    add(route.from, 1, route, "start", (route.stops[0] ?? route.to).y)
    add(route.to, route.same ? 1 : -1, route, "finish", (route.stops.at(-1) ?? route.from).y)
  }
  for (const { item, side, list } of sides.values()) {
    list.sort((a, b) => a.towards - b.towards || (a.route.id < b.route.id ? -1 : 1))
    const { size, shape } = item.box
    const step = Math.min(9, (size * 0.66) / Math.max(1, list.length - 1))
    list.forEach((port, i) => {
      const dy = (i - (list.length - 1) / 2) * step
      port.route[port.end] = { dx: side * (size / 2) * outline(shape, dy / (size / 2)), dy }
    })
  }
}

// Drop points on a straight line: a bend of no angle has no corner to round.
function bends(points) {
  return points.filter((p, i) => {
    if (!i || i === points.length - 1) return true
    const [a, b] = [points[i - 1], points[i + 1]]
    return Math.abs((p.x - a.x) * (b.y - a.y) - (p.y - a.y) * (b.x - a.x)) > 1
  })
}

// `air` stretches the gaps of a column, `spread` widens every channel: for a drawing that has room below or beside.
export function chainLayout(boxes, links, air = 1, spread = 0) {
  const { columns, routes } = layers(boxes, links, air)
  arrange(columns)
  lanes(columns, routes)
  ports(routes)
  let x = 0
  columns.forEach((column, c) => {
    x += column.half
    column.x = x
    const crowd = routes.filter((r) => !r.same && r.from.c <= c && r.to.c > c).length
    x += column.half + (c < columns.length - 1 || column.lanes ? Math.min(130, 58 + crowd * 4) + column.lanes * LANE + (c < columns.length - 1 ? spread : 0) : 0)
  })
  const paths = {}
  for (const route of routes) {
    const { from, to, start, finish } = route
    const [a, b] = [columns[from.c], columns[to.c]]
    const points = [{ x: a.x + start.dx, y: from.y + start.dy }]
    if (route.same) {
      const lane = a.x + a.half + 4 + route.lane * LANE
      points.push({ x: lane, y: from.y + start.dy }, { x: lane, y: to.y + finish.dy })
    } else {
      const shift = a.lanes * LANE
      points.push({ x: a.x + a.half + shift, y: from.y + start.dy })
      for (const stop of route.stops) {
        const column = columns[stop.c]
        points.push({ x: column.x - column.half, y: stop.y })
        points.push({ x: column.x + column.half + column.lanes * LANE, y: stop.y })
      }
      points.push({ x: b.x - b.half, y: to.y + finish.dy })
    }
    points.push({ x: b.x + finish.dx, y: to.y + finish.dy })
    const kept = bends(points)
    paths[route.id] = route.turned ? kept.reverse() : kept
  }
  const positions = {}
  for (const column of columns) for (const item of column.items) if (item.box) positions[item.id] = { x: column.x, y: item.y }
  const height = Math.max(...columns.flatMap((c) => c.items.map((i) => i.y + i.below)))
  return { positions, paths, columns: columns.map(({ column, x }) => ({ column, x })), width: x, height }
}
