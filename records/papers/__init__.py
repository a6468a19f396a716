"""Commands on papers being prepared. They change nothing in the process until an event judges them."""
