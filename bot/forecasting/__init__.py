"""Forecasts: one click on the card, or a probability typed."""
