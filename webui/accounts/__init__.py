"""Who may come in: people and their roles, passwords, sessions, invitations, keys for programs."""
