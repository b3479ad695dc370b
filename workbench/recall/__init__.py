"""First stage: words, vectors and languages give a question its candidates."""
