// ---
// title: Claims on a single source
// question: Which claims rest on one independent source only?
// params:
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {subject: entity, statement: text, object: entity, belief: number, status: text, modality: text, evidence: number,
//   claims: claims}
// show: [table]
// tags: [belief]
// ---
MATCH (s:Entity)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(o:Entity)
WHERE c.sources = 1 AND c.belief >= $min_belief
RETURN s.id AS subject, c.name AS statement, o.id AS object, c.belief AS belief, c.status AS status,
       c.modality AS modality, c.evidence AS evidence, [c.id] AS claims
ORDER BY belief DESC, claims
