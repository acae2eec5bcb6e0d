"""What the votes of a deliberation show."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
