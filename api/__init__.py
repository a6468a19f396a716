"""The counter: where people and programs ask, and are answered or refused."""
