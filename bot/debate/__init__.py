"""Arguments: two clicks, for or against."""
