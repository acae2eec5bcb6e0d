"""/routing/: who owns an agenda item, and why."""

from django.urls import path

from madang.plan.routing import views

app_name = "routing"
urlpatterns = [
    path("", views.desk, name="desk"),
    path("<int:pk>/", views.item, name="item"),
    path("<int:pk>/suggestion", views.suggestion, name="suggestion"),
    path("<int:pk>/assignment", views.assignment, name="assignment"),
    path("assignments/<int:pk>/answer", views.answer, name="answer"),
]
