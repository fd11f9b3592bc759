"""What the host's moderators set, and what members may do with their own data."""
