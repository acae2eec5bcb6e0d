"""/agenda/: what the pursuit has taken up."""

from django.urls import URLPattern, path

from madang.ground.agenda.views import deciding, lineage, reading, referrals, scoring, sharing

app_name = "agenda"
urlpatterns: list[URLPattern] = [
    path("", reading.index, name="list"),
    path("desk/", referrals.desk, name="desk"),
    path("<int:pk>/", reading.thread, name="thread"),
    path("<int:pk>/part/<slug:stage>", reading.part, name="part"),
    path("<int:pk>/evidence", reading.evidence, name="evidence"),
    path("<int:pk>/scores", scoring.scores, name="scores"),
    path("<int:pk>/stage", deciding.stage, name="stage"),
    path("<int:pk>/notes", deciding.notes, name="notes"),
    path("<int:pk>/revision", deciding.revision, name="revision"),
    path("<int:pk>/inspiration", deciding.inspiration, name="inspiration"),
    path("<int:pk>/partners", sharing.partners, name="partners"),
    path("<int:pk>/partners/<int:partner>/answer", sharing.partner_answer, name="partner_answer"),
    path("<int:pk>/partners/<int:partner>/ending", sharing.partner_ending, name="partner_ending"),
    path("<int:pk>/co-owners", sharing.co_owners, name="co_owners"),
    path("<int:pk>/co-owners/<int:owner>/ending", sharing.co_owner_ending, name="co_owner_ending"),
    path("<int:pk>/referral", referrals.referral, name="referral"),
    path("<int:pk>/referral/<int:referral_pk>/answer", referrals.referral_answer, name="referral_answer"),
    path("<int:pk>/referral/<int:referral_pk>/withdrawal", referrals.referral_withdrawal, name="referral_withdrawal"),
    path("<int:pk>/merger", lineage.merger, name="merger"),
    path("<int:pk>/merger/undoing", lineage.merger_undoing, name="merger_undoing"),
    path("<int:pk>/division", lineage.division, name="division"),
]
