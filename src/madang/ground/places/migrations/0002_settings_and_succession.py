"""Settings become rows that any app may add to; codes keep their history, and none overlaps another's days."""

import django.db.models.deletion
from django.db import migrations, models

NAMES = ("support_threshold", "support_window_days", "answer_days", "response_days", "escalation_days")
COPY = " UNION ALL ".join(
    f"SELECT place_id, '{name}' AS key, to_jsonb({name}) AS value FROM ground_places_placesettings WHERE {name} IS NOT NULL"
    for name in NAMES
)
BACK = (
    "INSERT INTO ground_places_placesettings (place_id, {names}) SELECT place_id, {values} "
    "FROM ground_places_settingvalue GROUP BY place_id"
).format(
    names=", ".join(NAMES),
    values=", ".join(f"max(value::int) FILTER (WHERE key = '{name}')" for name in NAMES),
)
# Equality in an exclusion needs an extension for text; a range of texts with the same end twice does without.
EXCLUDE = """
CREATE TYPE ground_places_coderange AS RANGE (subtype = text, collation = "C");
ALTER TABLE ground_places_place ADD CONSTRAINT place_code_once_a_day EXCLUDE USING gist (
    ground_places_coderange(code::text COLLATE "C", code::text COLLATE "C", '[]') WITH &&,
    daterange(valid_from, valid_to) WITH &&
);
"""
INCLUDE = """
ALTER TABLE ground_places_place DROP CONSTRAINT place_code_once_a_day;
DROP TYPE ground_places_coderange;
"""


class Migration(migrations.Migration):
    dependencies = [("ground_places", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="SettingValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=40)),
                ("value", models.JSONField()),
                ("place", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="set_values", to="ground_places.place")),
            ],
            options={"ordering": ("place_id", "key")},
        ),
        migrations.AddConstraint(
            model_name="settingvalue",
            constraint=models.UniqueConstraint(fields=("place", "key"), name="setting_once_per_place"),
        ),
        migrations.RunSQL(f"INSERT INTO ground_places_settingvalue (place_id, key, value) {COPY}", BACK),
        migrations.DeleteModel(name="PlaceSettings"),
        migrations.CreateModel(
            name="Succession",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(choices=[("renamed", "Renamed"), ("recoded", "New code"), ("merged", "Merged"), ("divided", "Divided")], max_length=8)),
                ("on", models.DateField()),
                ("heir", models.BooleanField(default=True, help_text="took over what the predecessor had open")),
                ("predecessor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="successions", to="ground_places.place")),
                ("successor", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="origins", to="ground_places.place")),
            ],
            options={"ordering": ("on", "id")},
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(fields=("predecessor", "successor"), name="succession_once"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.UniqueConstraint(condition=models.Q(("heir", True)), fields=("predecessor",), name="succession_one_heir"),
        ),
        migrations.AddConstraint(
            model_name="succession",
            constraint=models.CheckConstraint(condition=models.Q(("predecessor", models.F("successor")), _negated=True), name="succession_by_another"),
        ),
        migrations.RunSQL(EXCLUDE, INCLUDE),
    ]
