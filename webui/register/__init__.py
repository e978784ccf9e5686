"""The database: plans that are kept, what may happen to them, and the record of who did what."""
