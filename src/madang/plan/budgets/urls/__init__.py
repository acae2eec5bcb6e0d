"""/budgets/: participatory budgets."""

from madang.plan.budgets.urls import projects

app_name = "budgets"
urlpatterns = [*projects.urlpatterns]
