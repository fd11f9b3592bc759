"""What a debate did: moves, persuasion, insight, groups, bridges, rounds and cruxes; pure numpy."""
