"""The register: what has happened. Tables, queries named as the question, papers, and the only commit."""
