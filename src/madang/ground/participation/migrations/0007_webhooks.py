"""Webhooks, and the triggers that write what each is to be told.

The outbox is filled by the database itself, in the transaction of the decision or of the new thing: whoever writes an
entry or a subject, in whichever way, tells. One statement for all rows written at once; nothing without subscriptions.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

TELL = """
CREATE FUNCTION ground_participation_tell_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (SELECT FROM ground_participation_webhook WHERE disabled_at IS NULL) THEN
        RETURN NULL;
    END IF;
    INSERT INTO ground_participation_webhookdelivery
        (webhook_id, message, kind, {name}_id, status, created_at, next_at, attempts, error)
        SELECT hook.id, gen_random_uuid(), told.event, told.id, 'pending', now(), now(), 0, ''
        FROM (SELECT id, place_id, {event} AS event FROM written) told
        JOIN ground_places_place place ON place.id = told.place_id
        JOIN ground_participation_webhook hook ON hook.disabled_at IS NULL
            AND (hook.kinds = '{{}}' OR told.event = ANY(hook.kinds))
            AND (hook.place_id IS NULL OR hook.place_id IN (told.place_id, place.parent_id));
    RETURN NULL;
END $$;
CREATE TRIGGER ground_participation_tell_{name} AFTER INSERT ON {table} REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION ground_participation_tell_{name}();
"""
UNTELL = """
DROP TRIGGER ground_participation_tell_{name} ON {table};
DROP FUNCTION ground_participation_tell_{name}();
"""
SOURCES = (
    {"name": "entry", "table": "ground_record_entry", "event": "'record.' || kind"},
    {"name": "subject", "table": "ground_participation_subject", "event": "kind || '.created'"},
)

class Migration(migrations.Migration):

    dependencies = [
        ('ground_participation', '0006_calendar_keys'),
        ('ground_people', '0004_api_tokens'),
        ('ground_places', '0002_settings_and_succession'),
        ('ground_record', '0005_log_held_by_the_database'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Webhook',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=60)),
                ('url', models.CharField(max_length=500)),
                ('kinds', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=40), default=list, help_text='none: all of them', size=None)),
                ('secret', models.TextField(help_text='sealed')),
                ('former_secret', models.TextField(blank=True, help_text='sealed; signs beside the new one until former_until')),
                ('former_until', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('failing_since', models.DateTimeField(blank=True, null=True)),
                ('disabled_at', models.DateTimeField(blank=True, null=True)),
                ('disabled_reason', models.CharField(blank=True, max_length=200)),
                ('organization', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to='ground_people.organization')),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground_places.place')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='webhooks', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='WebhookDelivery',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('message', models.UUIDField(help_text='the receiver knows a repetition by it', unique=True)),
                ('kind', models.CharField(max_length=40)),
                ('status', models.CharField(choices=[('pending', 'Waiting'), ('delivered', 'Delivered'), ('dropped', 'No longer public'), ('dead', 'Given up')], default='pending', max_length=10)),
                ('created_at', models.DateTimeField()),
                ('next_at', models.DateTimeField(help_text='when it is tried; while it is being tried, when another may take it up')),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('answered', models.PositiveSmallIntegerField(help_text='status of the last answer', null=True)),
                ('error', models.CharField(blank=True, max_length=200)),
                ('settled_at', models.DateTimeField(null=True)),
                ('entry', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground_record.entry')),
                ('subject', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='ground_participation.subject')),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='ground_participation.webhook')),
            ],
        ),
        migrations.AddIndex(
            model_name='webhook',
            index=models.Index(fields=['user', '-created_at'], name='webhook_by_user'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('name', ''), _negated=True), models.Q(('url', ''), _negated=True), models.Q(('secret', ''), _negated=True)), name='webhook_whole'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('former_secret', ''), ('former_until', None)), models.Q(models.Q(('former_secret', ''), _negated=True), ('former_until__isnull', False)), _connector='OR'), name='webhook_former_secret_paired'),
        ),
        migrations.AddConstraint(
            model_name='webhook',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('disabled_at', None), ('disabled_reason', '')), models.Q(('disabled_at__isnull', False), models.Q(('disabled_reason', ''), _negated=True)), _connector='OR'), name='webhook_disabled_with_reason'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('status', 'pending')), fields=['next_at', 'id'], name='webhook_due'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(fields=['webhook', '-created_at', '-id'], name='webhook_log'),
        ),
        migrations.AddIndex(
            model_name='webhookdelivery',
            index=models.Index(condition=models.Q(('status', 'pending'), _negated=True), fields=['settled_at'], name='webhook_settled'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'entry'), name='webhook_tells_entry_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.UniqueConstraint(fields=('webhook', 'subject'), name='webhook_tells_thing_once'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('entry', None), ('subject', None), _connector='OR'), name='webhook_tells_of_one_thing'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('settled_at', None), ('status', 'pending')), models.Q(models.Q(('status', 'pending'), _negated=True), ('settled_at__isnull', False)), _connector='OR'), name='webhook_delivery_settled'),
        ),
        migrations.AddConstraint(
            model_name='webhookdelivery',
            constraint=models.CheckConstraint(condition=models.Q(('next_at__gte', models.F('created_at'))), name='webhook_next_after_creation'),
        ),
        *(migrations.RunSQL(TELL.format(**one), UNTELL.format(**one)) for one in SOURCES),
    ]
