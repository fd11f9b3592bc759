"""The only code that knows Discord or the scheduler: the client, the command line, the demo."""
