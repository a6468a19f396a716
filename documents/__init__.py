"""The papers: official documents (docx) and lists (xlsx), made from plain facts and returned as bytes."""
