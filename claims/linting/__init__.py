"""The rules of the linter: dates, options, sources and wording."""
