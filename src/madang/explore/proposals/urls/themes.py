"""/themes/: groups of similar voices."""

from django.urls import URLPattern, path

from madang.explore.proposals.views import themes

app_name = "themes"
urlpatterns: list[URLPattern] = [
    path("", themes.index, name="list"),
    path("<int:pk>/", themes.detail, name="detail"),
]
