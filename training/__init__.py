"""How the embedded reranker was made: its data, its training, its evaluation and its export."""
