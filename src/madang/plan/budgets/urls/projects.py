"""Budgets and their projects, as everybody reads them."""

from django.urls import path

from madang.plan.budgets.views import reading

urlpatterns = [
    path("", reading.index, name="list"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/projects/", reading.project_list, name="projects"),
    path("<int:pk>/projects/<int:number>/", reading.project, name="project"),
    path("<int:pk>/comparison", reading.comparison, name="comparison"),
    path("projects/<int:pk>/", reading.project_by_key, name="project_by_key"),
]
