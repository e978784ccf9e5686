"""The commands that this package adds to `repair-planner`."""
