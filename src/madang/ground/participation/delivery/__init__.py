"""What leaves the house: the outbox, letters, digests and web push. See docs/notifications.md."""
