"""/me/: a person's own pages."""

from django.urls import URLPattern, path

from madang.ground.participation.views import me

app_name = "participation"
urlpatterns: list[URLPattern] = [
    path("", me.me, name="me"),
    path("notices/", me.notices, name="notices"),
    path("notices/reading", me.reading, name="reading"),
    path("notices/<int:pk>", me.notice, name="notice"),
    path("<slug:key>/", me.section, name="section"),
]
