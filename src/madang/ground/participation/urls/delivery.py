"""What is called from outside without signing in: from a mail, by a mail service, by a browser."""

from django.urls import URLPattern, path

from madang.ground.participation.views import outside

urlpatterns: list[URLPattern] = [
    path("unsubscribe/<str:token>", outside.unsubscribe, name="unsubscribe"),
    path("notices/bounces", outside.bounces, name="bounces"),
    path("push-worker.js", outside.push_worker, name="push_worker"),
]
