"""Web pages: what is no article, and what stands around one."""
