"""/proposals/: reading, writing, supporting."""

from django.urls import URLPattern, path

app_name = "proposals"
urlpatterns: list[URLPattern] = []
