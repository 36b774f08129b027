// ---
// title: Disputed or denied
// question: Which claims does somebody deny, and how strong are both sides?
// columns: {subject: entity, statement: text, object: entity, support: number, denial: number, belief: number, status: text,
//   claims: claims}
// show: [table]
// tags: [belief]
// ---
MATCH (s:Entity)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(o:Entity)
WHERE c.denial > 0.0
RETURN s.id AS subject, c.name AS statement, o.id AS object, c.support AS support, c.denial AS denial,
       c.belief AS belief, c.status AS status, [c.id] AS claims
ORDER BY denial DESC, claims
