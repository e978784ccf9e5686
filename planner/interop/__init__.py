"""What other tools speak, made from the planner's own words: one package for each standard."""
