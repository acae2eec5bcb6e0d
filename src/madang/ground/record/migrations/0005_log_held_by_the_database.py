"""What the database itself holds of the log: nothing is changed, nothing is lost, the order has no gap, no fork."""

from django.db import migrations, models
from django.db.models import Q

REFUSED = ("leaf", "node", "logkey", "checkpoint", "cosignature")

FORWARD = """
ALTER TABLE ground_record_entry
    ADD CONSTRAINT entry_hash_of_its_bytes CHECK (leaf_hash = sha256('\\x00'::bytea || canonical)),
    ADD CONSTRAINT entry_says_its_bytes CHECK (
        convert_from(canonical, 'UTF8')::jsonb ->> 'kind' = kind
        AND convert_from(canonical, 'UTF8')::jsonb ->> 'subject'
            = CASE WHEN convert_from(canonical, 'UTF8')::jsonb -> 'commitments' ? 'subject'
                   THEN split_part(subject, ':', 1) ELSE subject END);

-- An entry may be emptied of what a person may have forgotten, together with the salt, and of nothing else.
CREATE FUNCTION ground_record_forget_only() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE kept ground_record_entry := NEW;
BEGIN
    kept.actor_id := OLD.actor_id; kept.actor_salt := OLD.actor_salt;
    kept.reason := OLD.reason; kept.reason_salt := OLD.reason_salt;
    kept.data := OLD.data; kept.data_salt := OLD.data_salt;
    kept.subject := OLD.subject; kept.subject_salt := OLD.subject_salt;
    IF kept IS NOT DISTINCT FROM OLD
       AND ((NEW.actor_id, NEW.actor_salt) IS NOT DISTINCT FROM (OLD.actor_id, OLD.actor_salt)
            OR (NEW.actor_id IS NULL AND NEW.actor_salt IS NULL))
       AND ((NEW.reason, NEW.reason_salt) IS NOT DISTINCT FROM (OLD.reason, OLD.reason_salt)
            OR (NEW.reason = '' AND NEW.reason_salt IS NULL))
       AND ((NEW.data, NEW.data_salt) IS NOT DISTINCT FROM (OLD.data, OLD.data_salt)
            OR (NEW.data = '{}' AND NEW.data_salt IS NULL))
       AND ((NEW.subject, NEW.subject_salt) IS NOT DISTINCT FROM (OLD.subject, OLD.subject_salt)
            OR (OLD.subject_salt IS NOT NULL AND NEW.subject_salt IS NULL
                AND NEW.subject = split_part(OLD.subject, ':', 1)))
    THEN RETURN NEW; END IF;
    RAISE EXCEPTION 'The public record is append-only: % refused.', TG_OP USING ERRCODE = 'restrict_violation';
END $$;
DROP TRIGGER ground_record_append_only ON ground_record_entry;
CREATE TRIGGER ground_record_append_only BEFORE UPDATE ON ground_record_entry
    FOR EACH ROW EXECUTE FUNCTION ground_record_forget_only();
CREATE TRIGGER ground_record_no_delete BEFORE DELETE ON ground_record_entry
    FOR EACH ROW EXECUTE FUNCTION ground_record_refuse();

-- Whoever inserts an entry, by whatever way: it waits for its place in the log from the same transaction on.
CREATE FUNCTION ground_record_wait() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO ground_record_waiting (entry_id) SELECT id FROM fresh;
    RETURN NULL;
END $$;
CREATE TRIGGER ground_record_wait AFTER INSERT ON ground_record_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ground_record_wait();
INSERT INTO ground_record_waiting (entry_id) SELECT id FROM ground_record_entry ORDER BY id;

-- It stops waiting only when it has its place.
CREATE FUNCTION ground_record_placed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM gone LEFT JOIN ground_record_leaf leaf USING (entry_id) WHERE leaf.entry_id IS NULL) THEN
        RAISE EXCEPTION 'An entry of the public record would be lost: it has no place in the log.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ground_record_placed AFTER DELETE ON ground_record_waiting
    REFERENCING OLD TABLE AS gone FOR EACH STATEMENT EXECUTE FUNCTION ground_record_placed();
CREATE TRIGGER ground_record_no_change BEFORE UPDATE ON ground_record_waiting
    FOR EACH ROW EXECUTE FUNCTION ground_record_refuse();
CREATE TRIGGER ground_record_no_truncate BEFORE TRUNCATE ON ground_record_waiting
    FOR EACH STATEMENT EXECUTE FUNCTION ground_record_refuse();

-- Places are given without a gap, behind the last one.
CREATE FUNCTION ground_record_no_gap() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE low bigint; high bigint; many bigint; before bigint;
BEGIN
    SELECT min(index), max(index), count(*) INTO low, high, many FROM fresh;
    IF many = 0 THEN RETURN NULL; END IF;
    SELECT coalesce(max(index), -1) INTO before FROM ground_record_leaf WHERE index < low;
    IF low <> before + 1 OR high - low + 1 <> many
       OR EXISTS (SELECT FROM ground_record_leaf WHERE index > high) THEN
        RAISE EXCEPTION 'Places in the public record are given in order and without a gap.'
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER ground_record_no_gap AFTER INSERT ON ground_record_leaf
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION ground_record_no_gap();

-- A checkpoint never shrinks the log, and at one size there is one root.
CREATE FUNCTION ground_record_no_fork() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM ground_record_checkpoint earlier
               WHERE earlier.size > NEW.size OR (earlier.size = NEW.size AND earlier.root <> NEW.root)) THEN
        RAISE EXCEPTION 'A checkpoint would shrink or fork the public record.' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER ground_record_no_fork BEFORE INSERT ON ground_record_checkpoint
    FOR EACH ROW EXECUTE FUNCTION ground_record_no_fork();
CREATE INDEX checkpoint_by_size ON ground_record_checkpoint (size);
""" + "".join(
    f"""
CREATE TRIGGER ground_record_append_only BEFORE UPDATE OR DELETE ON ground_record_{table}
    FOR EACH ROW EXECUTE FUNCTION ground_record_refuse();
CREATE TRIGGER ground_record_no_truncate BEFORE TRUNCATE ON ground_record_{table}
    FOR EACH STATEMENT EXECUTE FUNCTION ground_record_refuse();
"""
    for table in REFUSED
)

BACKWARD = "".join(
    f"""
DROP TRIGGER ground_record_no_truncate ON ground_record_{table};
DROP TRIGGER ground_record_append_only ON ground_record_{table};
"""
    for table in REFUSED
) + """
DROP INDEX checkpoint_by_size;
DROP TRIGGER ground_record_no_fork ON ground_record_checkpoint;
DROP FUNCTION ground_record_no_fork();
DROP TRIGGER ground_record_no_gap ON ground_record_leaf;
DROP FUNCTION ground_record_no_gap();
DROP TRIGGER ground_record_no_truncate ON ground_record_waiting;
DROP TRIGGER ground_record_no_change ON ground_record_waiting;
DROP TRIGGER ground_record_placed ON ground_record_waiting;
DROP FUNCTION ground_record_placed();
DROP TRIGGER ground_record_wait ON ground_record_entry;
DROP FUNCTION ground_record_wait();
DROP TRIGGER ground_record_no_delete ON ground_record_entry;
DROP TRIGGER ground_record_append_only ON ground_record_entry;
CREATE TRIGGER ground_record_append_only BEFORE UPDATE OR DELETE ON ground_record_entry
    FOR EACH ROW EXECUTE FUNCTION ground_record_refuse();
DROP FUNCTION ground_record_forget_only();
ALTER TABLE ground_record_entry DROP CONSTRAINT entry_says_its_bytes, DROP CONSTRAINT entry_hash_of_its_bytes;
"""


class Migration(migrations.Migration):
    dependencies = [("ground_record", "0004_merkle_log")]

    operations = [
        migrations.AlterField("entry", "canonical", models.BinaryField()),
        migrations.AlterField("entry", "leaf_hash", models.BinaryField(max_length=32)),
        migrations.AddConstraint("entry", models.CheckConstraint(condition=Q(actor=None) | Q(actor_salt__isnull=False), name="entry_actor_salted")),
        migrations.AddConstraint("entry", models.CheckConstraint(condition=Q(reason="") | Q(reason_salt__isnull=False), name="entry_reason_salted")),
        migrations.AddConstraint("entry", models.CheckConstraint(condition=Q(data={}) | Q(data_salt__isnull=False), name="entry_data_salted")),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
