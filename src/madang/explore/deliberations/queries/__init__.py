"""Reading deliberations: lists, one with all that its page shows, votes of one person, what waits for the office."""
