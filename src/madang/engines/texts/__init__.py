"""Korean and English texts: cleaning, masking, words, search, related voices, near-duplicates, themes, routing.

Pure: texts, tokens and ids in, frozen results out; every seed is an argument. See docs/methods/texts.md.
Import from the modules (`from madang.engines.texts import themes`); nothing heavy is loaded before its first use.
"""

ENGINE_VERSION = "texts-1.0"
