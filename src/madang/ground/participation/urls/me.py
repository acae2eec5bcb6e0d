"""/me/: a person's own pages."""

from django.urls import URLPattern, path

from madang.ground.participation.views import me, notices

app_name = "participation"
urlpatterns: list[URLPattern] = [
    path("", me.me, name="me"),
    path("notices/", notices.index, name="notices"),
    path("notices/reading", notices.reading, name="reading"),
    path("notices/bell", notices.bell, name="bell"),
    path("notices/settings", notices.settings, name="notice_settings"),
    path("notices/devices", notices.devices, name="devices"),
    path("notices/devices/<int:pk>", notices.device, name="device"),
    path("notices/address", notices.address, name="address"),
    path("notices/<int:pk>", notices.notice, name="notice"),
    path("notices/<int:pk>/reading", notices.reading_of_one, name="reading_of_one"),
    path("<slug:key>/", me.section, name="section"),
]
