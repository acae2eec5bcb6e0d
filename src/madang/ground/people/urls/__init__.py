"""Addresses of people, their organizations and the administration of places."""
