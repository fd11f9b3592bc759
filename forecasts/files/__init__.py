"""Questions and forecasts from CSV files, scored without a database."""
