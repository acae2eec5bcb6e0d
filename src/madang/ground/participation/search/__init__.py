"""Finding voices: the index in PostgreSQL, what is asked of it, and the process that knows Korean.

index.py writes, find.py reads, client.py and server.py keep the 370 MB language model out of the web processes.
How it works, what is exact and what is bounded: docs/methods/search.md.
"""
