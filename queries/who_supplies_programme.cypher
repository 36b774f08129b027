// ---
// title: Who supplies a programme
// question: Who supplies, runs, funds or takes part in {programme}?
// params:
//   programme: {type: entity, of: Programme, label: Programme, example: maven}
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {party: entity, party_name: text, kind: text, relation: text, belief: number, status: text, modality: text,
//   earliest: date, claims: claims}
// show: [table, graph]
// tags: [programmes, supply]
// example: {programme: maven}
// ---
MATCH (o:Entity)-[r:SUPPLIED|PARTICIPATED_IN|OPERATES|FUNDED]->(p:Programme {id: $programme})
WHERE r.belief >= $min_belief
RETURN o.id AS party, o.name AS party_name, o.face AS kind, type(r) AS relation, r.belief AS belief,
       r.status AS status, r.modality AS modality, r.earliest AS earliest, r.claim_ids AS claims
ORDER BY belief DESC, party, relation
