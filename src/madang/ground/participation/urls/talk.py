"""/talk/: what people say about anything, and how it is moderated."""

from django.urls import URLPattern, path

from madang.ground.participation.views import amendments, comments, conduct, discussion, moderation

app_name = "talk"
urlpatterns: list[URLPattern] = [
    path("subjects/<int:pk>/", discussion.page, name="page"),
    path("subjects/<int:pk>/comments", discussion.comments, name="comments"),
    path("subjects/<int:pk>/people", discussion.people, name="people"),
    path("subjects/<int:subject_id>/reports", moderation.report, name="report"),
    path("subjects/<int:pk>/amendments/", amendments.index, name="amendments"),
    path("subjects/<int:pk>/amendments/new", amendments.new, name="amendment_new"),
    path("comments/<int:pk>", discussion.comment, name="comment"),
    path("comments/<int:pk>/edit", comments.edit, name="comment_edit"),
    path("comments/<int:pk>/history", comments.history, name="comment_history"),
    path("comments/<int:pk>/deletion", comments.deletion, name="comment_deletion"),
    path("comments/<int:pk>/support", comments.support, name="comment_support"),
    path("comments/<int:pk>/blocking", discussion.blocking, name="comment_blocking"),
    path("comments/<int:comment_id>/reports", moderation.report, name="comment_report"),
    path("comments/<int:pk>/hiding", moderation.hiding, name="comment_hiding"),
    path("amendments/<int:pk>/", amendments.detail, name="amendment"),
    path("amendments/<int:pk>/acceptance", amendments.acceptance, name="amendment_acceptance"),
    path("amendments/<int:pk>/refusal", amendments.refusal, name="amendment_refusal"),
    path("amendments/<int:pk>/withdrawal", amendments.withdrawal, name="amendment_withdrawal"),
    path("amendments/<int:pk>/support", amendments.support, name="amendment_support"),
    path("amendments/<int:amendment_id>/reports", moderation.report, name="amendment_report"),
    path("cases/", moderation.queue, name="queue"),
    path("cases/<int:pk>/", moderation.case, name="case"),
    path("cases/<int:pk>/decision", moderation.decision, name="decision"),
    path("cases/<int:pk>/appeal", moderation.appeal, name="appeal"),
    path("cases/<int:pk>/appeal/decision", moderation.appeal_decision, name="appeal_decision"),
    path("conduct/<str:code>/", conduct.conduct, name="conduct"),
    path("conduct/<str:code>/edition", conduct.edition, name="conduct_edition"),
    path("transparency", conduct.transparency, name="transparency"),
]
