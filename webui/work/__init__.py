"""Plans in work: an address for a plan that nobody kept, for a day, read by its browser alone."""
