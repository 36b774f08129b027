// ---
// title: Sentences between two entities
// question: Which sentences say, or deny, something about {one} and {other}?
// params:
//   one: {type: entity, label: One entity, example: ms-celeb-1m}
//   other: {type: entity, label: Other entity, example: microsoft}
// columns: {statement: text, polarity: text, modality: text, sentence: text, speaker: text, happened: date, publisher: text,
//   published: date, modified: date, address: link, claims: claims}
// show: [table]
// tags: [evidence]
// example: {one: ms-celeb-1m, other: Microsoft}
// ---
MATCH (s:Entity)<-[:SUBJECT]-(c:Claim)-[:OBJECT]->(o:Entity)
WHERE (s.id = $one AND o.id = $other) OR (s.id = $other AND o.id = $one)
MATCH (c)<-[:SUPPORTS|DENIES]-(e:Evidence)-[:FROM]->(d:Document)
RETURN c.name AS statement, e.polarity AS polarity, e.modality AS modality, e.name AS sentence, e.speaker AS speaker,
       e.happened AS happened, d.publisher AS publisher, d.published AS published, d.modified AS modified,
       d.address AS address, [c.id] AS claims
ORDER BY statement, polarity, published, sentence, address
