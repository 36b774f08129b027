"""The knowledge graph: ledger, identity, belief, projection, stores, queries, trails and pages."""
