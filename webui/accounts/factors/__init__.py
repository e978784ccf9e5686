"""Second factors: authenticator apps, passkeys, recovery codes, and being asked again."""
