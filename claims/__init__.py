"""Documents, the claims found in them, and drafts of questions. Knows nothing of Discord."""
