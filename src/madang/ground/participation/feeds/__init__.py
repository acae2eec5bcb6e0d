"""Feeds and calendars of everything that has time in it. See docs/feeds.md.

A Thing (things.py) has its feed by its one line. Lists of another kind register themselves with `lists.register`, dated
things with `calendars.register`.
"""
