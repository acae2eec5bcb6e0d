"""/me/: a person's own pages."""

from django.urls import URLPattern, path

from madang.ground.participation import views

app_name = "participation"
urlpatterns: list[URLPattern] = [
    path("", views.me, name="me"),
    path("notices/", views.notices, name="notices"),
    path("notices/reading", views.reading, name="reading"),
    path("notices/<int:pk>", views.notice, name="notice"),
    path("<slug:key>/", views.section, name="section"),
]
