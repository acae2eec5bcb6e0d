"""Every entry gets its bytes, salts and leaf hash; beside it the log: leaves, nodes, checkpoints, keys, witnesses."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import F, Q

from madang.ground.record.sealing import seal

SEALED = ["canonical", "leaf_hash", "actor_salt", "reason_salt", "data_salt", "subject_salt"]


def seal_entries(apps, schema_editor):
    """Seal what was recorded before there was a log. The refusing trigger rests for this one statement's sake."""
    Entry = apps.get_model("ground_record", "Entry")
    schema_editor.execute("ALTER TABLE ground_record_entry DISABLE TRIGGER ground_record_append_only")
    rows = Entry.objects.filter(canonical=None).select_related("place", "office__place").order_by("id")
    while chunk := list(rows[:2000]):
        for entry in chunk:
            seal(entry)
        Entry.objects.bulk_update(chunk, SEALED)
    schema_editor.execute("ALTER TABLE ground_record_entry ENABLE TRIGGER ground_record_append_only")


class Migration(migrations.Migration):
    dependencies = [
        ("ground_record", "0003_open_kinds"),
        ("ground_people", "0001_initial"),
        ("ground_places", "0001_initial"),
    ]

    operations = [
        migrations.AddField("entry", "canonical", models.BinaryField(null=True)),
        migrations.AddField("entry", "leaf_hash", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("entry", "actor_salt", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("entry", "reason_salt", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("entry", "data_salt", models.BinaryField(max_length=32, null=True)),
        migrations.AddField("entry", "subject_salt", models.BinaryField(max_length=32, null=True)),
        migrations.RunPython(seal_entries, migrations.RunPython.noop),
        migrations.CreateModel(
            name="Waiting",
            fields=[("entry_id", models.BigIntegerField(primary_key=True, serialize=False))],
            options={"verbose_name_plural": "waiting"},
        ),
        migrations.CreateModel(
            name="Leaf",
            fields=[
                ("index", models.BigIntegerField(primary_key=True, serialize=False)),
                ("entry", models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name="leaf", to="ground_record.entry")),
            ],
            options={
                "verbose_name_plural": "leaves",
                "constraints": [models.CheckConstraint(condition=Q(index__gte=0), name="leaf_index_from_zero")],
            },
        ),
        migrations.CreateModel(
            name="Node",
            fields=[
                ("pk", models.CompositePrimaryKey("level", "index", blank=True, editable=False, primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("index", models.BigIntegerField()),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "constraints": [models.CheckConstraint(condition=Q(level__gte=1, index__gte=0), name="node_above_leaves")],
            },
        ),
        migrations.CreateModel(
            name="LogKey",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200)),
                ("public", models.BinaryField(max_length=32, unique=True)),
                ("since", models.DateTimeField()),
            ],
            options={"ordering": ("since", "id")},
        ),
        migrations.CreateModel(
            name="Checkpoint",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("size", models.BigIntegerField()),
                ("root", models.BinaryField(max_length=32)),
                ("at", models.DateTimeField()),
                ("note", models.TextField()),
                ("key", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="checkpoints", to="ground_record.logkey")),
            ],
            options={
                "ordering": ("-id",),
                "constraints": [models.CheckConstraint(condition=Q(size__gte=0), name="checkpoint_size_from_zero")],
            },
        ),
        migrations.CreateModel(
            name="Witness",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("organization", models.CharField(max_length=120)),
                ("name", models.CharField(max_length=200)),
                ("kind", models.PositiveSmallIntegerField(choices=[(1, "note"), (4, "timed")])),
                ("public", models.BinaryField(max_length=32)),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField(blank=True, null=True)),
            ],
            options={
                "verbose_name_plural": "witnesses",
                "ordering": ("since", "id"),
                "constraints": [
                    models.UniqueConstraint(fields=["name", "kind", "public"], name="witness_key_once"),
                    models.CheckConstraint(condition=Q(until=None) | Q(until__gte=F("since")), name="witness_ordered"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Cosignature",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("line", models.CharField(max_length=400)),
                ("seen_at", models.DateTimeField()),
                ("checkpoint", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cosignatures", to="ground_record.checkpoint")),
                ("witness", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="cosignatures", to="ground_record.witness")),
            ],
            options={
                "ordering": ("id",),
                "constraints": [models.UniqueConstraint(fields=["checkpoint", "witness"], name="cosigned_once")],
            },
        ),
    ]
