"""Addresses of participation."""
