import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('explore_proposals', '0002_suggested_by'),
        ('ground_agenda', '0004_no_circle'),
        ('ground_participation', '0009_rule_of_a_hiding'),
        ('ground_people', '__first__'),
        ('ground_places', '0003_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Deliberation',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='deliberation', serialize=False, to='ground_participation.subject')),
                ('title', models.CharField(max_length=150, verbose_name='question')),
                ('description', models.TextField(blank=True, max_length=4000, verbose_name='what it is about')),
                ('status', models.CharField(choices=[('draft', 'In preparation'), ('open', 'Open for voting'), ('closed', 'Closed'), ('hidden', 'Hidden')], default='draft', max_length=8)),
                ('level', models.PositiveSmallIntegerField(choices=[(0, 'Nothing confirmed'), (1, 'E-mail confirmed'), (2, 'Phone confirmed'), (3, 'Resident confirmed'), (4, 'Official confirmed')], default=1, help_text='0 admits guests without account', verbose_name='who may take part')),
                ('residents_only', models.BooleanField(default=False, verbose_name='only those who live in the place')),
                ('opens_at', models.DateTimeField(verbose_name='opens')),
                ('closes_at', models.DateTimeField(verbose_name='closes')),
                ('moderation', models.CharField(choices=[('before', 'Statements appear once they are checked'), ('after', 'Statements appear at once and are checked afterwards')], default='before', max_length=8, verbose_name='moderation')),
                ('languages', models.JSONField(default=list, help_text='codes, the first is the one of the question', verbose_name='languages')),
                ('statements_open', models.BooleanField(default=True, verbose_name='participants may add statements')),
                ('statement_limit', models.PositiveSmallIntegerField(default=5, verbose_name='statements per person')),
                ('seed', models.BigIntegerField(default=0, help_text='of routing and of every published map')),
                ('source', models.CharField(choices=[('own', 'Held here'), ('imported', 'Imported'), ('simulated', 'Simulated')], default='own', max_length=10)),
                ('attribution', models.CharField(blank=True, help_text='source and licence, or how it was simulated', max_length=500)),
                ('frozen_at', models.DateTimeField(blank=True, null=True)),
                ('frozen_digest', models.CharField(blank=True, help_text='SHA-256 of the settings, on the record', max_length=64)),
                ('closed_at', models.DateTimeField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('participant_count', models.PositiveIntegerField(default=0)),
                ('vote_count', models.PositiveIntegerField(default=0)),
                ('statement_count', models.PositiveIntegerField(default=0)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliberations', to='ground_agenda.agendaitem')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='deliberations', to='ground_places.place')),
                ('theme', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliberations', to='explore_proposals.theme')),
            ],
            options={
                'ordering': ('-created_at', '-subject_id'),
                'indexes': [models.Index(fields=['-created_at', '-subject'], name='deliberation_latest'), models.Index(fields=['place', '-created_at', '-subject'], name='deliberation_by_place'), models.Index(fields=['status', 'closes_at'], name='deliberation_by_status'), models.Index(fields=['item'], name='deliberation_by_item')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='deliberation_has_title'), models.CheckConstraint(condition=models.Q(('closes_at__gt', models.F('opens_at'))), name='deliberation_closes_after_opening'), models.CheckConstraint(condition=models.Q(models.Q(('frozen_at', None), ('frozen_digest', '')), models.Q(('frozen_at__isnull', False), models.Q(('frozen_digest', ''), _negated=True)), _connector='OR'), name='deliberation_frozen_with_digest'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('open', 'closed')), _negated=True), ('frozen_at__isnull', False), _connector='OR'), name='deliberation_open_is_frozen'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'closed'), _negated=True), ('closed_at__isnull', False), _connector='OR'), name='deliberation_closed_at_a_time'), models.CheckConstraint(condition=models.Q(('source', 'own'), models.Q(('attribution', ''), _negated=True), _connector='OR'), name='deliberation_not_own_says_whose')],
            },
        ),
        migrations.CreateModel(
            name='Map',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('method', models.CharField(max_length=10)),
                ('engine_version', models.CharField(max_length=20)),
                ('seed', models.BigIntegerField()),
                ('input_digest', models.CharField(max_length=64)),
                ('upto', models.BigIntegerField(help_text='id of the last cast that was read; 0 for none')),
                ('participants', models.PositiveIntegerField()),
                ('statements', models.PositiveIntegerField()),
                ('votes', models.PositiveIntegerField()),
                ('result', models.JSONField()),
                ('points', models.BinaryField()),
                ('computed_at', models.DateTimeField()),
                ('current', models.BooleanField(default=True)),
                ('published_at', models.DateTimeField(blank=True, help_text='on the record, with its open data', null=True)),
                ('deliberation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='maps', to='explore_deliberations.deliberation')),
            ],
            options={
                'ordering': ('-computed_at', '-id'),
                'indexes': [models.Index(fields=['deliberation', '-computed_at', '-id'], name='map_latest')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('deliberation', 'method'), name='map_one_current_per_method')],
            },
        ),
        migrations.CreateModel(
            name='Participant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('guest_key', models.CharField(blank=True, help_text="keyed hash of a guest's cookie", max_length=64)),
                ('joined_at', models.DateTimeField()),
                ('deliberation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='participants', to='explore_deliberations.deliberation')),
                ('user', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='deliberation_participants', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('number',),
                'constraints': [models.UniqueConstraint(fields=('deliberation', 'number'), name='participant_number_once'), models.UniqueConstraint(fields=('deliberation', 'user'), name='participant_once'), models.UniqueConstraint(condition=models.Q(('guest_key', ''), _negated=True), fields=('deliberation', 'guest_key'), name='participant_guest_once')],
            },
        ),
        migrations.CreateModel(
            name='Statement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('text', models.CharField(max_length=300, verbose_name='statement')),
                ('language', models.CharField(default='ko', max_length=5)),
                ('translations', models.JSONField(default=dict, help_text='text by language code')),
                ('origin', models.CharField(choices=[('seed', 'From the office'), ('participant', 'From a participant'), ('imported', 'Imported')], max_length=12)),
                ('status', models.CharField(choices=[('waiting', 'Waiting to be checked'), ('shown', 'Shown'), ('rejected', 'Not shown')], max_length=10)),
                ('is_meta', models.BooleanField(default=False, verbose_name='about the process')),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('reason', models.CharField(blank=True, help_text='why it is not shown', max_length=500)),
                ('created_at', models.DateTimeField()),
                ('author', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='statements', to='explore_deliberations.participant')),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('deliberation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='statements', to='explore_deliberations.deliberation')),
                ('voice', models.ForeignKey(blank=True, help_text='the proposal it was drawn from', null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='explore_proposals.proposal')),
            ],
            options={
                'ordering': ('number',),
                'indexes': [models.Index(fields=['deliberation', 'status', 'number'], name='statement_by_status')],
                'constraints': [models.UniqueConstraint(fields=('deliberation', 'number'), name='statement_number_once'), models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='statement_has_text'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'rejected'), _negated=True), models.Q(('decided_at__isnull', False), models.Q(('reason', ''), _negated=True)), _connector='OR'), name='statement_rejected_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Cast',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.SmallIntegerField(choices=[(1, 'Agree'), (0, 'Pass'), (-1, 'Disagree')], null=True)),
                ('client_key', models.UUIDField()),
                ('cast_at', models.DateTimeField()),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='casts', to='explore_deliberations.participant')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='casts', to='explore_deliberations.statement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('participant', 'client_key'), name='cast_once'), models.CheckConstraint(condition=models.Q(('value', None), ('value__in', (-1, 0, 1)), _connector='OR'), name='cast_value_known')],
            },
        ),
        migrations.CreateModel(
            name='Taken',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('why', models.CharField(choices=[('consensus', 'Unites'), ('bridge', 'Bridges groups'), ('divides', 'Divides')], max_length=10)),
                ('note', models.CharField(blank=True, max_length=500)),
                ('numbers', models.JSONField(help_text='agree, disagree, passed, n, low, high of that map')),
                ('taken_at', models.DateTimeField()),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='taken_statements', to='ground_agenda.agendaitem')),
                ('map', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='explore_deliberations.map')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taken', to='explore_deliberations.statement')),
                ('taken_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('-taken_at', '-id'),
                'constraints': [models.UniqueConstraint(fields=('statement', 'item'), name='statement_taken_once')],
            },
        ),
        migrations.CreateModel(
            name='Vote',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.SmallIntegerField(choices=[(1, 'Agree'), (0, 'Pass'), (-1, 'Disagree')])),
                ('cast_at', models.DateTimeField()),
                ('participant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='explore_deliberations.participant')),
                ('statement', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='votes', to='explore_deliberations.statement')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('participant', 'statement'), name='vote_once'), models.CheckConstraint(condition=models.Q(('value__in', (-1, 0, 1))), name='vote_value_known')],
            },
        ),
    ]
