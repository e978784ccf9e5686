"""The database: how it is opened and brought up to date, its tables, history and backup."""
