"""/follow/: following things, and watching for what is new."""

from django.urls import URLPattern, path

from madang.ground.participation.views import following

app_name = "following"
urlpatterns: list[URLPattern] = [
    path("<int:subject>", following.follow, name="follow"),
    path("<int:subject>/muting", following.muting, name="muting"),
    path("watches", following.watches, name="watches"),
    path("watches/<int:pk>", following.watch, name="watch"),
]
