"""/measures/: what is carried out."""

from django.urls import path

from madang.plan.measures import views

app_name = "measures"
urlpatterns = [
    path("", views.index, name="list"),
    path("<int:pk>/", views.detail, name="detail"),
    path("of/<int:item>/new", views.new, name="new"),
    path("<int:pk>/revision", views.revision, name="revision"),
    path("<int:pk>/status", views.status, name="status"),
    path("<int:pk>/milestones", views.milestones, name="milestones"),
    path("<int:pk>/milestones/<int:step>/day", views.day, name="day"),
    path("<int:pk>/milestones/<int:step>/completion", views.completion, name="completion"),
    path("<int:pk>/spendings", views.spendings, name="spendings"),
    path("<int:pk>/photos", views.photos, name="photos"),
    path("<int:pk>/photos/<int:photo>/removal", views.removal, name="removal"),
]
