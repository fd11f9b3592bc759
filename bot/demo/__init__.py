"""The simulated server: the unmodified bot on SimCord, in the browser or as a script."""
