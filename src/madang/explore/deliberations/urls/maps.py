"""What the votes of a deliberation show."""

from django.urls import URLPattern, path

from madang.explore.deliberations.views import loading, maps, report, taking

urlpatterns: list[URLPattern] = [
    path("loads/new", loading.new, name="load"),
    path("<int:pk>/map/", maps.show, name="map"),
    path("<int:pk>/map/points", maps.points, name="map_points"),
    path("<int:pk>/map/mine", maps.mine, name="map_mine"),
    path("<int:pk>/map/near", maps.near, name="map_near"),
    path("<int:pk>/map/replay", maps.replay, name="map_replay"),
    path("<int:pk>/map/embed", maps.embed, name="map_embed"),
    path("<int:pk>/screen", maps.screen, name="screen"),
    path("<int:pk>/code.svg", maps.code, name="code"),
    path("<int:pk>/report", report.show, name="report"),
    path("<int:pk>/report.pdf", report.pdf, name="report_pdf"),
    path("<int:pk>/data/<slug:name>.csv", report.data, name="data"),
    path("<int:pk>/statements/<int:number>/taking", taking.taking, name="taking"),
]
