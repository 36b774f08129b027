// ---
// title: Find an entity
// question: Which entities have {name} in one of their names?
// params:
//   name: {type: text, label: Part of a name, example: celeb}
// columns: {entity: entity, name: text, kind: text, other_names: text, claim_count: number}
// show: [table]
// tags: [entities]
// example: {name: celeb}
// ---
MATCH (e:Entity)
WHERE e.search CONTAINS toLower($name)
RETURN e.id AS entity, e.name AS name, e.face AS kind, e.aliases AS other_names, e.claims AS claim_count
ORDER BY claim_count DESC, entity
