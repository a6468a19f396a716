"""The story: who and what a consultation waits for. Replayable; reads no clock, environment or file."""
