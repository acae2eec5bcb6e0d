"""The database itself refuses to change or remove what was recorded."""

from django.db import migrations

FORWARD = """
CREATE FUNCTION ground_record_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'The public record is append-only: % refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ground_record_append_only BEFORE UPDATE OR DELETE ON ground_record_entry
    FOR EACH ROW EXECUTE FUNCTION ground_record_refuse();
CREATE TRIGGER ground_record_no_truncate BEFORE TRUNCATE ON ground_record_entry
    FOR EACH STATEMENT EXECUTE FUNCTION ground_record_refuse();
"""
BACKWARD = """
DROP TRIGGER ground_record_no_truncate ON ground_record_entry;
DROP TRIGGER ground_record_append_only ON ground_record_entry;
DROP FUNCTION ground_record_refuse();
"""


class Migration(migrations.Migration):
    dependencies = [("ground_record", "0001_initial")]
    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
