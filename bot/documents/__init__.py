"""Documents and their claims."""
