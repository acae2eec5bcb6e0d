"""Setting budgets up."""

from django.urls import path

from madang.plan.budgets.views import setup, simulator, templates

urlpatterns = [
    path("new", setup.new, name="new"),
    path("templates/", templates.index, name="templates"),
    path("templates/<int:pk>", templates.detail, name="template"),
    path("<int:pk>/setup/", setup.overview, name="setup"),
    path("<int:pk>/setup/basics", setup.basics, name="setup_basics"),
    path("<int:pk>/setup/pots", setup.pots, name="setup_pots"),
    path("<int:pk>/setup/district-pots", setup.district_pots, name="setup_district_pots"),
    path("<int:pk>/setup/electorate", setup.electorate, name="setup_electorate"),
    path("<int:pk>/setup/phases", setup.phases, name="setup_phases"),
    path("<int:pk>/setup/ballot", setup.ballot, name="setup_ballot"),
    path("<int:pk>/setup/simulator", simulator.index, name="setup_simulator"),
    path("<int:pk>/setup/simulator/<int:simulation>", simulator.detail, name="simulation"),
    path("<int:pk>/publication", setup.publication, name="publication"),
    path("<int:pk>/template", setup.template, name="keep_template"),
]
