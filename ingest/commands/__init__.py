"""The commands of `sightlines` that read sources, one group of them a file; `ingest/cli.py` lists them."""
