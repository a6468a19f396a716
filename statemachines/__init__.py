"""THE LAW: what may happen next. Never does anything, knows no database, no clock and no person."""
