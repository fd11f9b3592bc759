"""Cruxes: the dated questions on which a thesis turns."""
