"""Papers: from the glyphs of PDF pages to title, authors, sections and references, and from these to claims."""
