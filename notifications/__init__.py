"""The letters: what is said; never to whom or when."""
