"""Telling other people's programs what happens here (Standard Webhooks): subscriptions, messages, deliveries."""
