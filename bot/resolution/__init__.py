"""Resolution: what happened, with evidence."""
