"""Opening deliberations, adding statements, taking part, voting."""
