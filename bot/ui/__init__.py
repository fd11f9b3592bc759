"""What every feature draws with: views, modals, text, limits, charts."""
