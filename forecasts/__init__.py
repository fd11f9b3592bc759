"""Questions, forecasts, debate, resolution and scores. Knows neither Discord nor a scheduler."""
