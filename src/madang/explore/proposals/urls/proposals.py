"""/proposals/: reading, writing, supporting."""

from django.urls import URLPattern, path

from madang.explore.proposals.views import reading, supporting, writing

app_name = "proposals"
urlpatterns: list[URLPattern] = [
    path("", reading.index, name="list"),
    path("new", writing.new, name="new"),
    path("draft", writing.draft, name="draft"),
    path("similar", writing.similar, name="similar"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/edit", writing.edit, name="edit"),
    path("<int:pk>/history", reading.history, name="history"),
    path("<int:pk>/neighbors", reading.neighbors, name="neighbors"),
    path("<int:pk>/support", supporting.support, name="support"),
    path("<int:pk>/following", supporting.following, name="following"),
    path("<int:pk>/withdrawal", writing.withdrawal, name="withdrawal"),
    path("<int:pk>/comments/<int:comment_pk>", reading.comment, name="comment"),
]
