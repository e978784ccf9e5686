"""Who may pass, and what every answer carries: roles, headers, sessions of forms, problems."""
