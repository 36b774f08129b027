// ---
// title: Who uses a dataset
// question: Which organisations, papers and products use {dataset}, and how firmly is it said?
// params:
//   dataset: {type: entity, of: Dataset, label: Dataset, example: ms-celeb-1m}
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {user: entity, user_name: text, kind: text, relation: text, belief: number, status: text, modality: text,
//   sources: number, earliest: date, latest: date, claims: claims}
// show: [table, graph]
// tags: [datasets, use]
// example: {dataset: ms-celeb-1m}
// ---
MATCH (u:Entity)-[use:USED|TRAINED_ON]->(d:Dataset {id: $dataset})
WHERE use.belief >= $min_belief
RETURN u.id AS user, u.name AS user_name, u.face AS kind, type(use) AS relation, use.belief AS belief,
       use.status AS status, use.modality AS modality, use.sources AS sources, use.earliest AS earliest,
       use.latest AS latest, use.claim_ids AS claims
ORDER BY belief DESC, user, relation
