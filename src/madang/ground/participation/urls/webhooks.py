"""/me/webhooks/…: one's own webhooks. Their list is a section of one's own pages."""

from django.urls import URLPattern, path

from madang.ground.participation.views import webhooks

app_name = "webhooks"
urlpatterns: list[URLPattern] = [
    path("new", webhooks.new, name="new"),
    path("<int:pk>", webhooks.detail, name="detail"),
    path("<int:pk>/test", webhooks.test, name="test"),
    path("<int:pk>/secret", webhooks.secret, name="secret"),
    path("<int:pk>/activity", webhooks.activity, name="activity"),
    path("<int:pk>/deliveries/<int:delivery_pk>/redelivery", webhooks.redelivery, name="redelivery"),
    path("<int:pk>/removal", webhooks.removal, name="removal"),
]
