"""Stored plans: what may be done with them, by whom, and what came of them."""
