"""The API itself: the drawers of all apps under one roof."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI

from madang.explore.deliberations.api import router as deliberations
from madang.explore.proposals.api import router as proposals
from madang.ground.agenda.api import router as agenda
from madang.ground.footing.rest import gather
from madang.ground.participation.api import router as participation
from madang.ground.people.api import router as people
from madang.ground.places.api import router as places
from madang.ground.record.api import router as record
from madang.plan.budgets.api import router as budgets
from madang.plan.budgets.api_results import router as budget_results
from madang.plan.routing.api import router as routing
from madang.web.api import openapi, problems
from madang.web.api.parser import StrictParser


class Api(NinjaAPI):
    """Ninja's API, with the whole truth in its document: problems, scopes, headers."""

    def get_openapi_schema(self, **options: Any) -> Any:
        return openapi.completed(super().get_openapi_schema(**options), self)


api = Api(
    title="Madang",
    version="1",
    description=openapi.DESCRIPTION,
    urls_namespace="api",
    docs_url=None,
    openapi_url=None,
    parser=StrictParser(),
)
api.add_router(
    "",
    gather([places, people, record, agenda, participation, proposals, deliberations, routing, budgets, budget_results]),
)
problems.install(api)
