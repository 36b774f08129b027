"""Our own Streamlit components: the graph and the Cypher editor."""
