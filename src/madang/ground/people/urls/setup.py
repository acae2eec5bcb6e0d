"""/setup/: the first workbook of a new government."""

from django.urls import path

from madang.ground.people.views import setup as views

app_name = "setup"
urlpatterns = [
    path("", views.index, name="index"),
    path("template.xlsx", views.template, name="template"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/application", views.application, name="application"),
]
