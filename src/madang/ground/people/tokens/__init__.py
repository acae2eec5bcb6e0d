"""Tokens of the API, and answers kept for requests that come again."""
