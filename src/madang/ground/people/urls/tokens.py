"""/me/tokens/…: making and revoking tokens of the API."""

from django.urls import URLPattern, path

from madang.ground.people.views import tokens

app_name = "tokens"
urlpatterns: list[URLPattern] = [
    path("new", tokens.new, name="new"),
    path("<int:pk>/revocation", tokens.revocation, name="revocation"),
]
