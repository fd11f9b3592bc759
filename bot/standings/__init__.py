"""Leaderboards and the weekly digest."""
