"""From a source to evidence: reading documents and extracting who says what about whom."""
