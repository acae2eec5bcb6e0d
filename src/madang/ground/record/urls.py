"""/record/: the public record, its checkpoints, and how anybody verifies them."""

from django.urls import URLPattern, path

from madang.ground.record.views import checkpoints, entries, proofs

app_name = "record"
urlpatterns: list[URLPattern] = [
    path("", entries.index, name="list"),
    path("about", entries.about, name="about"),
    path("<int:pk>/", entries.detail, name="entry"),
    path("<int:pk>/proof.json", proofs.entry_json, name="proof"),
    path("<int:pk>/withholding", entries.withholding, name="withholding"),
    path("verification", proofs.verification, name="verification"),
    path("range", proofs.range_page, name="range"),
    path("range.json", proofs.range_json, name="range_json"),
    path("consistency", proofs.consistency, name="consistency"),
    path("consistency.json", proofs.consistency_json, name="consistency_json"),
    path("checkpoint", checkpoints.newest, name="checkpoint_newest"),
    path("checkpoints/", checkpoints.index, name="checkpoints"),
    path("checkpoints/<int:pk>/", checkpoints.detail, name="checkpoint"),
    path("checkpoints/<int:pk>/note.txt", checkpoints.note, name="note"),
    path("checkpoints/<int:pk>/cosignatures", checkpoints.cosignatures, name="cosignatures"),
    path("key", checkpoints.key, name="key"),
    path("witnesses", checkpoints.witnesses, name="witnesses"),
    path("witnesses/<int:pk>/end", checkpoints.witness_end, name="witness_end"),
]
