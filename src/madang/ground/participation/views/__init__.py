"""What the addresses of participation answer."""
