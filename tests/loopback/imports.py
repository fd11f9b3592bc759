"""What a bot process imports as it starts, imported once for all of them."""

import importlib
import warnings

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in ("bot.running", "bot.__main__", "asyncpg", "aiosqlite", "alembic.command", "matplotlib"):
        importlib.import_module(name)
    from bot.client import FEATURES

    for name in FEATURES:
        importlib.import_module(name)
