"""What comes out: a plan, its parts as types and JSON, and the ways to write it for people."""
