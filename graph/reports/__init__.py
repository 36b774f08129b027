"""What a page, the API or a dossier shows, as plain dataclasses read from the graph and the ledger. No Streamlit."""
