"""/search/: one search over everything."""

from django.urls import URLPattern, path

from madang.ground.participation.views import search

app_name = "search"
urlpatterns: list[URLPattern] = [path("", search.search, name="search")]
