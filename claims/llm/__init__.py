"""The optional model: asks an OpenAI-compatible endpoint, checks what it says, falls back to the rules."""
