"""A community's records in files: written from the database, and verified without it."""
