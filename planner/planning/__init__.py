"""From an observation to a plan: matched, placed, worded and explained."""
