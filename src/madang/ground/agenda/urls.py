"""/agenda/: what the pursuit has taken up."""

from django.urls import URLPattern, path

from madang.ground.agenda import views

app_name = "agenda"
urlpatterns: list[URLPattern] = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.thread, name="thread"),
    path("<int:pk>/evidence", views.evidence, name="evidence"),
    path("<int:pk>/scores", views.scores, name="scores"),
    path("<int:pk>/stage", views.stage, name="stage"),
    path("<int:pk>/notes", views.notes, name="notes"),
    path("<int:pk>/revision", views.revision, name="revision"),
    path("<int:pk>/inspiration", views.inspiration, name="inspiration"),
]
