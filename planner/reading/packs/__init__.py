"""What a clinic's own pack may add to the rules that ship, and what it may not loosen."""
