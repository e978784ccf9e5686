"""What other tools speak, made from the planner's own words: one package for each standard.

None of them answers the safety question for a person, or turns an unknown into a no.
"""
