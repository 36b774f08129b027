// ---
// title: Withdrawn but hosted
// question: Which withdrawn datasets, or sets derived from them, are said to be hosted somewhere?
// params:
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {dataset: entity, dataset_name: text, withdrawn: date, hosted: entity, hosted_name: text, platform: entity,
//   platform_name: text, hosted_until: date, belief: number, claims: claims}
// show: [table, graph]
// tags: [datasets, withdrawal]
// ---
// The briefs of the demonstration name no host of a withdrawn dataset: there it answers with no rows.
MATCH (:Entity)-[gone:WITHDREW]->(d:Dataset)
MATCH (d)<-[:DERIVED_FROM*0..2]-(v:Dataset)
MATCH (v)-[host:HOSTED_ON]->(p:Entity)
WHERE host.belief >= $min_belief
RETURN d.id AS dataset, d.name AS dataset_name, gone.earliest AS withdrawn, v.id AS hosted, v.name AS hosted_name,
       p.id AS platform, p.name AS platform_name, host.latest AS hosted_until,
       CASE WHEN host.belief < gone.belief THEN host.belief ELSE gone.belief END AS belief,
       gone.claim_ids + host.claim_ids AS claims
ORDER BY belief DESC, dataset, hosted, platform, claims
