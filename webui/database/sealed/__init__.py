"""The key outside the database, and what it seals: what people typed, and second factors."""
