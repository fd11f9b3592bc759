"""What a bot process imports sooner or later, imported once for all of them."""

import gc
import importlib
import warnings

from sqlalchemy.orm import configure_mappers

AT_THE_START = ("bot.running", "bot.__main__", "asyncpg", "aiosqlite", "alembic.command")
FOR_CHARTS = ("matplotlib.backends.backend_agg", "matplotlib.dates", "matplotlib.figure", "matplotlib.ticker")
FOR_FIGURES = ("scipy.optimize", "scipy.sparse", "scipy.special")

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    for name in (*AT_THE_START, *FOR_CHARTS, *FOR_FIGURES):
        importlib.import_module(name)
    from bot.client import FEATURES

    for name in FEATURES:
        importlib.import_module(name)
    configure_mappers()
# What all of them share isn't garbage, and a collector that looks at it copies it.
gc.collect()
gc.freeze()
