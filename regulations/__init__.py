"""The books: rule sets and work calendars as data, their loaders, and the checks a rule may name. Pure."""
