"""/themes/: groups of similar voices."""

from django.urls import URLPattern, path

app_name = "themes"
urlpatterns: list[URLPattern] = []
