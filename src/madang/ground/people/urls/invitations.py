"""/invitations/: taking up what one was offered; sending again and taking back what one offers."""

from django.urls import path

from madang.ground.people.views import invitations as views

app_name = "invitations"
urlpatterns = [
    path("<int:pk>/acceptance", views.own_acceptance, name="own_acceptance"),
    path("<int:pk>/letter", views.letter, name="letter"),
    path("<int:pk>/withdrawal", views.withdrawal, name="withdrawal"),
    path("<slug:token>/", views.detail, name="detail"),
    path("<slug:token>/acceptance", views.acceptance, name="acceptance"),
]
