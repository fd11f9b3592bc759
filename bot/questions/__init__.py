"""Questions: draft, approve, show, list, and the card."""
