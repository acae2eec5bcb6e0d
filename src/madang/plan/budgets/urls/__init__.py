"""/budgets/: participatory budgets."""

from madang.plan.budgets.urls import projects, setup

app_name = "budgets"
urlpatterns = [*setup.urlpatterns, *projects.urlpatterns]
