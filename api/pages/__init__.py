"""The pages: the same counter in Chinese, rendered on the server, for people instead of programs."""
