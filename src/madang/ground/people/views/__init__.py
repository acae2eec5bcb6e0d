"""Pages of people: one's own account, profiles, guardians, and the counter."""
