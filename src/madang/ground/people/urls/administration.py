"""/places/<code>/administration/: people, offices, settings and the places below."""

from django.urls import path

from madang.ground.people.views import administration as views
from madang.ground.people.views import places, roles, settings

app_name = "administration"
urlpatterns = [
    path("", views.overview, name="overview"),
    path("roles/", roles.index, name="roles"),
    path("roles/new", roles.invite, name="invite"),
    path("roles/<int:pk>/term", roles.term, name="term"),
    path("roles/<int:pk>/ending", roles.ending, name="ending"),
    path("offices/", places.offices, name="offices"),
    path("offices/new", places.new_office, name="new_office"),
    path("offices/<int:pk>/", places.office, name="office"),
    path("offices/<int:pk>/retirement", places.retirement, name="retirement"),
    path("settings/", settings.index, name="settings"),
    path("settings/<slug:key>/", settings.setting, name="setting"),
    path("places/", places.below, name="places"),
    path("succession", places.succession, name="succession"),
    path("organizations/", views.requests, name="requests"),
    path("organizations/<int:pk>/answer", views.answer, name="answer"),
]
