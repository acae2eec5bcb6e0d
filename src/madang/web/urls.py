"""Every address of the site."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from django.views.generic import RedirectView
from django.views.static import serve as serve_file

from madang.web.lanes import lane
from madang.web.views import home, jobs, language, places, styleguide

handler500 = "madang.web.views.failure.failed"

urlpatterns = [
    path("", home.home, name="home"),
    path("lanes/<str:key>", lane, name="lane"),
    path("language", language.language, name="language"),
    path("styleguide", styleguide.styleguide, name="styleguide"),
    path("agenda/", include("madang.ground.agenda.urls")),
    path("me/webhooks/", include("madang.ground.participation.urls.webhooks")),
    path("me/tokens/", include("madang.ground.people.urls.tokens")),
    path("feeds/", include("madang.ground.participation.urls.feeds")),
    path("search/", include("madang.ground.participation.urls.search")),
    path("me/", include("madang.ground.participation.urls.me")),
    path("follow/", include("madang.ground.participation.urls.following")),
    path("", include("madang.ground.participation.urls.delivery")),
    path("talk/", include("madang.ground.participation.urls.talk")),
    path("proposals/", include("madang.explore.proposals.urls.proposals")),
    path("deliberations/", include("madang.explore.deliberations.urls")),
    path("record/", include("madang.ground.record.urls")),
    path("themes/", include("madang.explore.proposals.urls.themes")),
    path("desk/", include("madang.explore.proposals.urls.desk")),
    path("routing/", include("madang.plan.routing.urls")),
    path("budgets/", include("madang.plan.budgets.urls")),
    path("measures/", include("madang.plan.measures.urls")),
    path("setup/", include("madang.ground.people.urls.setup")),
    path("organizations/", include("madang.ground.people.urls.organizations")),
    path("invitations/", include("madang.ground.people.urls.invitations")),
    path("places/<str:code>/administration/", include("madang.ground.people.urls.administration")),
    path(
        "places/",
        include(
            (
                [
                    path("", places.tile_map, name="map"),
                    path("<str:code>/", places.place, name="detail"),
                    path("<str:code>/figures", places.figures, name="figures"),
                    path("<str:code>/figures.csv", places.figures_table, name="figures_table"),
                ],
                "places",
            )
        ),
    ),
    path(
        "jobs/",
        include(
            (
                [
                    path("<uuid:pk>", jobs.detail, name="detail"),
                    path("<uuid:pk>/cancellation", jobs.cancellation, name="cancellation"),
                ],
                "jobs",
            )
        ),
    ),
    path(
        "operate/",
        include(
            (
                [
                    path("jobs/", jobs.operation, name="jobs"),
                    path("jobs/<int:pk>/repetition", jobs.repetition, name="repetition"),
                    path("jobs/<int:pk>/discard", jobs.discard, name="discard"),
                ],
                "operate",
            )
        ),
    ),
    path("", include("madang.ground.people.urls.account")),
    path("accounts/sessions/", RedirectView.as_view(pattern_name="people:sessions"), name="account_sessions"),
    path("api/", include("madang.web.api.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    # Uploaded pictures were re-encoded on arrival; a large site lets its proxy serve this folder instead.
    re_path(r"^media/(?P<path>.*)$", serve_file, {"document_root": settings.MEDIA_ROOT}),
]
