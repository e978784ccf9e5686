"""What pages show of plans and rules, as plain data, Markdown or PDF."""
