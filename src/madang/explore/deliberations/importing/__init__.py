"""Reading conversations that were held elsewhere."""
