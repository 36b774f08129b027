"""Pipeline components: each reads a spaCy Doc and writes one thing to it."""
