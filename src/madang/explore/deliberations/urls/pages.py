"""Reading a deliberation, taking part in it, and the office's work on it."""

from django.urls import URLPattern, path

from madang.explore.deliberations.views import reading

urlpatterns: list[URLPattern] = [
    path("", reading.index, name="list"),
    path("<int:pk>/", reading.detail, name="detail"),
]
