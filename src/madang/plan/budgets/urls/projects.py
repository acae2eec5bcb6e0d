"""Budgets and their projects: read by everybody, shaped by those who had the idea, examine it or set the budget up."""

from django.urls import path

from madang.plan.budgets.views import ideas, projects, reading, screening

urlpatterns = [
    path("", reading.index, name="list"),
    path("desk/", screening.desk, name="desk"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/projects/", reading.project_list, name="projects"),
    path("<int:pk>/projects/<int:number>/", reading.project, name="project"),
    path("<int:pk>/projects/<int:number>/edit", projects.edit, name="edit"),
    path("<int:pk>/projects/<int:number>/cost", projects.cost, name="cost"),
    path("<int:pk>/projects/<int:number>/ties", projects.ties, name="ties"),
    path("<int:pk>/projects/<int:number>/screening", screening.asking, name="asking"),
    path("<int:pk>/projects/<int:number>/withdrawal", ideas.withdrawal, name="withdrawal"),
    path("<int:pk>/comparison", reading.comparison, name="comparison"),
    path("<int:pk>/map", reading.project_map, name="project_map"),
    path("<int:pk>/ideas/new", ideas.new, name="idea"),
    path("<int:pk>/gathering", ideas.gathered, name="gathering"),
    path("<int:pk>/conflicts", projects.conflicts, name="conflicts"),
    path("conflicts/<int:pk>", projects.conflict, name="conflict"),
    path("screenings/<int:pk>", screening.verdict, name="verdict"),
    path("screenings/<int:pk>/appeal", screening.appeal, name="appeal"),
    path("proposals/<int:pk>", ideas.of_proposal, name="of_proposal"),
    path("projects/<int:pk>/", reading.project_by_key, name="project_by_key"),
]
