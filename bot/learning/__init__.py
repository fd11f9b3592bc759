"""Learning to forecast: three cards with practice."""
