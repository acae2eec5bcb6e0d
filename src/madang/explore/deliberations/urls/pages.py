"""Reading a deliberation, taking part in it, and the office's work on it."""

from django.urls import URLPattern, path

from madang.explore.deliberations.views import moderating, office, reading, statements, taking_part

urlpatterns: list[URLPattern] = [
    path("", reading.index, name="list"),
    path("new", office.new, name="new"),
    path("<int:pk>/", reading.detail, name="detail"),
    path("<int:pk>/participation", taking_part.participation, name="participation"),
    path("<int:pk>/voting", taking_part.voting_page, name="voting"),
    path("<int:pk>/deck", taking_part.deck, name="deck"),
    path("<int:pk>/votes", taking_part.votes, name="votes"),
    path("<int:pk>/statements", statements.index, name="statements"),
    path("<int:pk>/statements/new", statements.new, name="statement_new"),
    path("<int:pk>/statements/similar", statements.similar, name="similar"),
    path("<int:pk>/settings", office.settings, name="settings"),
    path("<int:pk>/preparation", office.preparation, name="preparation"),
    path("<int:pk>/seeds", office.seeds, name="seeds"),
    path("<int:pk>/preview", office.preview, name="preview"),
    path("<int:pk>/announcement", office.announcement, name="announcement"),
    path("<int:pk>/extension", office.extension, name="extension"),
    path("<int:pk>/closure", office.closure, name="closure"),
    path("<int:pk>/moderation", moderating.index, name="moderation"),
    path("statements/<int:pk>/decision", moderating.decision, name="decision"),
    path("statements/<int:pk>/wording", moderating.wording, name="wording"),
    path("statements/<int:pk>/position", moderating.position, name="position"),
    path("statements/<int:pk>/removal", moderating.removal, name="removal"),
]
