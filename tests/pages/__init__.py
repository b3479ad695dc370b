"""Every page, run as Streamlit runs it, on an empty home and with documents, in both languages."""
