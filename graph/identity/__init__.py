"""Which spellings are one entity: normal forms, and clusters that people's judgements make and undo."""
