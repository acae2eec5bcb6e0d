"""An item never learns from itself, nor from one that learned from it: the database refuses the circle."""

from django.db import migrations

FORWARD = """
ALTER TABLE ground_agenda_agendaitem_inspired_by
    ADD CONSTRAINT agenda_not_inspired_by_itself CHECK (from_agendaitem_id <> to_agendaitem_id);
CREATE FUNCTION ground_agenda_no_circle() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- Two links that close a circle together are written one after the other, so that the second sees the first.
    PERFORM pg_advisory_xact_lock(hashtext('ground_agenda_inspired_by'));
    IF EXISTS (
        WITH RECURSIVE source(id) AS (
            SELECT NEW.to_agendaitem_id
            UNION
            SELECT link.to_agendaitem_id FROM ground_agenda_agendaitem_inspired_by link
                JOIN source ON link.from_agendaitem_id = source.id
        )
        SELECT 1 FROM source WHERE id = NEW.from_agendaitem_id
    ) THEN
        RAISE EXCEPTION 'agenda item % cannot learn from %, which learned from it',
            NEW.from_agendaitem_id, NEW.to_agendaitem_id
            USING ERRCODE = 'check_violation', CONSTRAINT = 'agenda_inspired_in_no_circle';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ground_agenda_no_circle AFTER INSERT OR UPDATE ON ground_agenda_agendaitem_inspired_by
    FOR EACH ROW EXECUTE FUNCTION ground_agenda_no_circle();
"""
BACKWARD = """
DROP TRIGGER ground_agenda_no_circle ON ground_agenda_agendaitem_inspired_by;
DROP FUNCTION ground_agenda_no_circle();
ALTER TABLE ground_agenda_agendaitem_inspired_by DROP CONSTRAINT agenda_not_inspired_by_itself;
"""


class Migration(migrations.Migration):
    dependencies = [("ground_agenda", "0003_sharing_and_lineage")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
