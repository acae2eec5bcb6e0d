"""What every `api.py` shares: shapes, pages, scopes of tokens, refusals. The web room composes and guards them.

An app's drawer makes one `router`, each of whose functions makes one domain call; it says which scope a token needs
(`auth=needs("write:proposals")`), which exceptions of its operations are which problem (`errors.refuse`), and nothing
about headers, limits, repeats or the form of errors: `madang.web.api` adds those to every operation alike.
"""

from madang.ground.footing.rest.auth import needs
from madang.ground.footing.rest.errors import Problem, ProblemError, refuse
from madang.ground.footing.rest.gathering import gather
from madang.ground.footing.rest.pages import CURSOR, SIZE, link, paged, unchanged_since, versioned
from madang.ground.footing.rest.shapes import Given, Id, Paged, Shape

__all__ = [
    "CURSOR",
    "SIZE",
    "Given",
    "Id",
    "Paged",
    "Problem",
    "ProblemError",
    "Shape",
    "gather",
    "link",
    "needs",
    "paged",
    "refuse",
    "unchanged_since",
    "versioned",
]
