"""The app: pages, our own two components and the server. Streamlit is imported here and in `app.py` only."""
