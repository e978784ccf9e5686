"""Whether the knowledge is right: what `check`, `diff` and `explain` find out."""
