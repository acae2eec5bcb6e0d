"""Every agenda item takes part: its subject row is made and moved by the database itself, however it is written."""

import django.db.models.deletion
from django.db import migrations, models

FORWARD = """
INSERT INTO ground_participation_subject
    (kind, place_id, item_id, support_count, comment_count, follower_count, created_at)
    SELECT 'agenda', place_id, id, 0, 0, 0, created_at FROM ground_agenda_agendaitem;
CREATE FUNCTION ground_participation_item() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO ground_participation_subject
            (kind, place_id, item_id, support_count, comment_count, follower_count, created_at)
            VALUES ('agenda', NEW.place_id, NEW.id, 0, 0, 0, NEW.created_at);
    ELSIF NEW.place_id IS DISTINCT FROM OLD.place_id THEN
        UPDATE ground_participation_subject SET place_id = NEW.place_id WHERE item_id = NEW.id;
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ground_participation_item AFTER INSERT OR UPDATE OF place_id ON ground_agenda_agendaitem
    FOR EACH ROW EXECUTE FUNCTION ground_participation_item();
"""
BACKWARD = """
DROP TRIGGER ground_participation_item ON ground_agenda_agendaitem;
DROP FUNCTION ground_participation_item();
DELETE FROM ground_participation_subject WHERE item_id IS NOT NULL;
"""


class Migration(migrations.Migration):
    dependencies = [("ground_participation", "0002_search"), ("ground_agenda", "0002_criteria")]
    operations = [
        migrations.AlterField(
            "subject", "kind", models.CharField(max_length=20, help_text="key of a Thing, see things.py")
        ),
        migrations.AddField(
            "subject",
            "item",
            models.OneToOneField(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="participation",
                to="ground_agenda.agendaitem",
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
        # The rows just written have deferred checks of their foreign keys; they are due before the table changes.
        migrations.RunSQL("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED;", migrations.RunSQL.noop),
        migrations.AddConstraint(
            "subject",
            models.CheckConstraint(
                condition=models.Q(kind="agenda", item__isnull=False) | (~models.Q(kind="agenda") & models.Q(item=None)),
                name="subject_of_an_item",
            ),
        ),
    ]
