"""What the history binds: every row is sealed, and all that it tells of is compared with it."""
