"""What the counter shows: response bodies, read from rows."""
