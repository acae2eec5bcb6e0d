"""Maps of opinions: votes on short statements in, groups (or none), bridges and what divides out.

Pure: sparse arrays and ids in, frozen results out; every seed is an argument. See docs/methods/opinions.md.
Import from the modules (`from madang.engines.opinions import votes`); nothing heavy is loaded before its first use.
"""

ENGINE_VERSION = "opinions-1.0"
