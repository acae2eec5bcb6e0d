"""What makes a ballot valid, how it is shown, proved and published: pure functions without a database."""
