"""/deliberations/: reading, voting, and (maps.py) what the votes show."""

from django.urls import URLPattern

from madang.explore.deliberations.urls import maps, pages

app_name = "deliberations"
urlpatterns: list[URLPattern] = [*pages.urlpatterns, *maps.urlpatterns]
