// ---
// title: Use after withdrawal
// question: Who used a dataset, or one derived from it, before or after it was withdrawn?
// params:
//   only_after: {type: flag, label: Only uses after the withdrawal, default: false}
//   min_belief: {type: number, label: Minimum belief, default: 0.0}
// columns: {dataset: entity, dataset_name: text, withdrawn: date, used: entity, user: entity, user_name: text, timing: text,
//   latest_use: date, belief: number, claims: claims}
// show: [table, timeline]
// tags: [datasets, withdrawal]
// example: {only_after: false}
// ---
MATCH (:Entity)-[gone:WITHDREW]->(d:Dataset)
MATCH (d)<-[:DERIVED_FROM*0..2]-(v:Dataset)
MATCH (v)<-[use:USED|TRAINED_ON]-(u:Entity)
WHERE use.belief >= $min_belief
WITH d, gone, v, use, u,
     CASE
       WHEN gone.earliest IS NULL OR use.latest IS NULL THEN 'unknown'
       WHEN left(use.latest, 4) > left(gone.earliest, 4) THEN 'after'
       WHEN left(use.latest, 4) < left(gone.earliest, 4) THEN 'before'
       WHEN size(use.latest) < 7 OR size(gone.earliest) < 7 THEN 'same year'
       WHEN left(use.latest, 7) > left(gone.earliest, 7) THEN 'after'
       WHEN left(use.latest, 7) < left(gone.earliest, 7) THEN 'before'
       ELSE 'same month'
     END AS timing
WHERE NOT $only_after OR timing = 'after'
RETURN d.id AS dataset, d.name AS dataset_name, gone.earliest AS withdrawn, v.id AS used, u.id AS user,
       u.name AS user_name, timing, use.latest AS latest_use,
       CASE WHEN use.belief < gone.belief THEN use.belief ELSE gone.belief END AS belief,
       gone.claim_ids + use.claim_ids AS claims
ORDER BY belief DESC, dataset, used, user, claims
