"""Values become plotly figures, in one of two languages, without streamlit."""
