"""/budgets/: participatory budgets."""

from madang.plan.budgets.urls import projects, results, setup, voting

app_name = "budgets"
urlpatterns = [*setup.urlpatterns, *projects.urlpatterns, *voting.urlpatterns, *results.urlpatterns]
