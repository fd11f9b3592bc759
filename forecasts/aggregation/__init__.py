"""Pools: one probability out of many, as pure numpy."""
