"""What knowledge is, once it was read: rules, words, sources, properties, and what holds."""
