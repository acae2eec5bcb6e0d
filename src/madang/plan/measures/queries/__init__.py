"""What measures show."""
