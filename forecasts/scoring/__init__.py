"""Scores of forecasts as pure numpy: arrays in, arrays out, exact in continuous time."""
