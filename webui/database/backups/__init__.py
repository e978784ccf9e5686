"""Backups and restoring: everything that lasts in one sealed file."""
