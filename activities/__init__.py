"""The deeds: each records one act in one transaction, or sends letters."""
