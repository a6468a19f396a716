"""Questions to the register, each named as it is asked. They change nothing."""
