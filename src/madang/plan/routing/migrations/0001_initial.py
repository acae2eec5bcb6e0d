import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ground_agenda', '0002_criteria'),
        ('ground_people', '__first__'),
        ('ground_places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OfficeTerms',
            fields=[
                ('office', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='ground_places.office')),
                ('digest', models.CharField(help_text='SHA-256 of name, mandate, plan and tokenizer', max_length=64)),
                ('name', models.JSONField(help_text='tokens of the name')),
                ('sentences', models.JSONField(help_text='one list of tokens a sentence')),
            ],
        ),
        migrations.CreateModel(
            name='Suggestion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('verdict', models.CharField(choices=[('one', 'In the mandate of one office'), ('crosses', 'Crosses departments'), ('none', 'Clear in no mandate')], max_length=10)),
                ('candidates', models.JSONField(help_text='[{office, score, confidence, reasons: [{sentence, voice, words}]}]')),
                ('engine_version', models.CharField(max_length=20)),
                ('input_digest', models.CharField(max_length=64)),
                ('made_at', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='routing_suggestions', to='ground_agenda.agendaitem')),
                ('office', models.ForeignKey(help_text='the proposed owner', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.office')),
            ],
            options={
                'ordering': ('-made_at', '-id'),
                'indexes': [models.Index(fields=['item', '-made_at', '-id'], name='suggestion_latest')],
            },
        ),
        migrations.CreateModel(
            name='Assignment',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('follows_suggestion', models.BooleanField()),
                ('reason', models.TextField(max_length=2000)),
                ('assigned_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='by when the office accepts or hands back')),
                ('escalated_at', models.DateTimeField(blank=True, null=True)),
                ('status', models.CharField(choices=[('pending', 'Waiting for the office'), ('accepted', 'Accepted'), ('handed_back', 'Handed back'), ('replaced', 'Replaced')], default='pending', max_length=12)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer_reason', models.TextField(blank=True, max_length=2000)),
                ('answered_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('assigned_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='ground_agenda.agendaitem')),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='ground_places.office')),
                ('suggestion', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='plan_routing.suggestion')),
            ],
            options={
                'ordering': ('-assigned_at', '-id'),
                'indexes': [models.Index(fields=['office', 'status', 'due_at'], name='assignment_by_office'), models.Index(condition=models.Q(('status', 'pending')), fields=['due_at'], name='assignment_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('status__in', ('pending', 'accepted'))), fields=('item',), name='one_assignment_in_force'), models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='assignment_has_reason'), models.CheckConstraint(condition=models.Q(('status__in', ('pending', 'replaced')), models.Q(('answered_at__isnull', False), ('answered_by__isnull', False)), _connector='OR'), name='assignment_answered_by_someone'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'handed_back'), _negated=True), models.Q(('answer_reason', ''), _negated=True), _connector='OR'), name='handed_back_with_reason')],
            },
        ),
    ]
