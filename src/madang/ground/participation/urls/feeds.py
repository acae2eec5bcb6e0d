"""/feeds/: what is new, for programs that read it."""

from django.urls import URLPattern, path

from madang.ground.participation.views import feeds

app_name = "feeds"
urlpatterns: list[URLPattern] = [
    path("", feeds.index, name="index"),
    path("mine", feeds.mine, name="mine"),
    path("mine/revocation", feeds.revocation, name="revocation"),
    path("my/<slug:token>.ics", feeds.personal, name="personal"),
    path("calendars/<slug:key>.ics", feeds.calendar, name="calendar"),
    path("places/<slug:code>.<slug:fmt>", feeds.of_place, name="place"),
    path("subjects/<int:pk>.<slug:fmt>", feeds.of_subject, name="subject"),
    path("<slug:key>.<slug:fmt>", feeds.of_list, name="list"),
]
