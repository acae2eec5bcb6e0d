"""/organizations/: who takes part beside citizens and governments."""

from django.urls import path

from madang.ground.people.views import organizations as views

app_name = "organizations"
urlpatterns = [
    path("", views.directory, name="list"),
    path("new", views.new, name="new"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/edit", views.edit, name="edit"),
    path("<int:pk>/closure", views.closure, name="closure"),
    path("<int:pk>/verification", views.verification, name="verification"),
    path("<int:pk>/invitations", views.invitations, name="invitations"),
    path("<int:pk>/members/<int:member>/rank", views.rank, name="rank"),
    path("<int:pk>/members/<int:member>/representation", views.representation, name="representation"),
    path("<int:pk>/members/<int:member>/departure", views.departure, name="departure"),
]
