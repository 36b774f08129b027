"""The commands of the graph, one group of them a file; `graph/cli.py` lists them."""
