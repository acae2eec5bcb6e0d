"""Participatory budgets: ballots and costs in, winners with the reasons out, exactly.

Pure: arrays and ids in, frozen results out; every seed is an argument. See docs/methods/ballots.md.
Import from the modules (`from madang.engines.ballots import election`); nothing heavy is loaded before its first use.
"""

ENGINE_VERSION = "ballots-1.0"
