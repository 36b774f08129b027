// ---
// title: Where a dataset came from
// question: From which platforms, places and datasets does {dataset} come, in up to four steps?
// params:
//   dataset: {type: entity, of: Dataset, label: Dataset, example: ms-celeb-1m}
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {source: entity, source_name: text, kind: text, steps: number, belief: number, path: path, claims: claims}
// show: [table, graph]
// tags: [datasets, sources]
// example: {dataset: megaface}
// ---
MATCH p = (d:Dataset {id: $dataset})-[:COLLECTED_FROM|DERIVED_FROM*1..4]->(s:Entity)
WITH s, [n IN nodes(p) | n.id] AS path, length(p) AS steps,
     reduce(weakest = 1.0, r IN relationships(p) | CASE WHEN r.belief < weakest THEN r.belief ELSE weakest END) AS belief,
     reduce(every = [], r IN relationships(p) | every + r.claim_ids) AS claims
WHERE belief >= $min_belief
RETURN s.id AS source, s.name AS source_name, s.face AS kind, steps, belief, path, claims
ORDER BY steps, belief DESC, path
