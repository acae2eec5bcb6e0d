import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ground_agenda', '0001_initial'),
        ('ground_participation', '0001_initial'),
        ('ground_people', '0001_initial'),
        ('ground_people', '__first__'),
        ('ground_places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Draft',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='proposal_draft', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('fields', models.JSONField(default=dict)),
                ('saved_at', models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name='DuplicateGroup',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('suggested', 'Suggested'), ('accepted', 'Merged'), ('split', 'Kept apart')], default='suggested', max_length=12)),
                ('found_at', models.DateTimeField()),
                ('engine_version', models.CharField(max_length=20)),
                ('size', models.PositiveIntegerField(default=0)),
                ('decided_at', models.DateTimeField(blank=True, null=True)),
                ('decided_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='duplicate_groups', to='ground_places.place')),
            ],
            options={
                'indexes': [models.Index(fields=['place', 'status', '-size', '-id'], name='group_by_place')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('decided_at', None), ('decided_by', None), ('status', 'suggested')), models.Q(models.Q(('status', 'suggested'), _negated=True), ('decided_at__isnull', False), ('decided_by__isnull', False)), _connector='OR'), name='group_decided_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='ImportBatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=200)),
                ('digest', models.CharField(help_text='SHA-256 of the file', max_length=64)),
                ('format', models.CharField(max_length=10)),
                ('rows_read', models.PositiveIntegerField(default=0)),
                ('loaded', models.PositiveIntegerField(default=0)),
                ('repeated', models.PositiveIntegerField(default=0)),
                ('rejected', models.PositiveIntegerField(default=0)),
                ('masked', models.JSONField(default=dict, help_text='personal data masked, by kind')),
                ('started_at', models.DateTimeField()),
                ('finished_at', models.DateTimeField(blank=True, null=True)),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.place')),
                ('started_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('place', 'digest'), name='import_file_once_per_place')],
            },
        ),
        migrations.CreateModel(
            name='ImportRejection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('row', models.PositiveIntegerField(help_text='line or row number in the file, from 1')),
                ('reason', models.CharField(max_length=300)),
                ('excerpt', models.CharField(blank=True, max_length=200)),
                ('batch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rejections', to='explore_proposals.importbatch')),
            ],
            options={
                'ordering': ('row',),
                'constraints': [models.UniqueConstraint(fields=('batch', 'row'), name='rejection_once_per_row')],
            },
        ),
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='proposal', serialize=False, to='ground_participation.subject')),
                ('author_name', models.CharField(blank=True, help_text='of an imported voice without an account', max_length=40)),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('body', models.TextField(max_length=20000, verbose_name='what you propose')),
                ('excerpt', models.CharField(blank=True, help_text='plain text for lists, computed on writing', max_length=220)),
                ('field', models.CharField(blank=True, choices=[('fair_economy', 'Distribution and fair prices'), ('living_culture', 'Living culture and space'), ('jobs', 'Jobs for every age'), ('housing_safety', 'Housing and safety'), ('engagement', 'Engagement and public services')], max_length=20, verbose_name='field')),
                ('language', models.CharField(default='ko', max_length=5)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('status', models.CharField(choices=[('open', 'Open'), ('answered', 'Answered'), ('promoted', 'On the agenda'), ('merged', 'Merged'), ('hidden', 'Hidden'), ('withdrawn', 'Withdrawn')], default='open', max_length=12)),
                ('support_count', models.PositiveIntegerField(default=0)),
                ('threshold_met_at', models.DateTimeField(blank=True, null=True)),
                ('answer_due_at', models.DateTimeField(blank=True, null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('seen_at', models.DateTimeField(blank=True, help_text='when an officer dealt with it in the inbox', null=True)),
                ('source', models.CharField(blank=True, max_length=40)),
                ('source_id', models.CharField(blank=True, max_length=80)),
                ('source_url', models.URLField(blank=True, max_length=500)),
                ('created_at', models.DateTimeField()),
                ('edited_at', models.DateTimeField(blank=True, null=True)),
                ('agenda_item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='proposals', to='ground_agenda.agendaitem')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to=settings.AUTH_USER_MODEL)),
                ('merged_into', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged', to='explore_proposals.proposal')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='proposals', to='ground_places.place', verbose_name='place')),
            ],
            options={
                'ordering': ('-created_at', '-subject_id'),
                'indexes': [models.Index(condition=models.Q(('status__in', ('open', 'answered', 'promoted'))), fields=['-created_at', '-subject'], name='proposal_latest'), models.Index(fields=['place', '-created_at', '-subject'], name='proposal_by_place'), models.Index(fields=['status', '-created_at', '-subject'], name='proposal_by_status'), models.Index(fields=['field', '-created_at', '-subject'], name='proposal_by_field'), models.Index(fields=['-support_count', '-subject'], name='proposal_by_support'), models.Index(fields=['author', '-created_at'], name='proposal_by_author'), models.Index(fields=['agenda_item'], name='proposal_by_item'), models.Index(condition=models.Q(('answer_due_at__isnull', False), ('answered_at', None)), fields=['answer_due_at'], name='proposal_due'), models.Index(condition=models.Q(('seen_at', None)), fields=['place', '-created_at', '-subject'], name='proposal_inbox')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('source_id', ''), _negated=True), fields=('source', 'source_id'), name='proposal_source_once'), models.CheckConstraint(condition=models.Q(models.Q(('title', ''), _negated=True), models.Q(('body', ''), _negated=True)), name='proposal_has_text'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='proposal_point_whole'), models.CheckConstraint(condition=models.Q(models.Q(('merged_into__isnull', False), ('status', 'merged')), models.Q(models.Q(('status', 'merged'), _negated=True), ('merged_into', None)), _connector='OR'), name='proposal_merged_into_another'), models.CheckConstraint(condition=models.Q(('merged_into', models.F('subject')), _negated=True), name='proposal_not_into_itself'), models.CheckConstraint(condition=models.Q(models.Q(('answer_due_at', None), ('threshold_met_at', None)), models.Q(('answer_due_at__isnull', False), ('threshold_met_at__isnull', False)), _connector='OR'), name='proposal_clock_paired'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'promoted'), _negated=True), ('agenda_item__isnull', False), _connector='OR'), name='proposal_promoted_to_an_item'), models.CheckConstraint(condition=models.Q(models.Q(('author', None), _negated=True), models.Q(('author_name', ''), _negated=True), _connector='OR'), name='proposal_has_author')],
            },
        ),
        migrations.CreateModel(
            name='Image',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(height_field='height', upload_to='proposals/', width_field='width')),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('description', models.CharField(max_length=200, verbose_name='description for those who cannot see it')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='images', to='explore_proposals.proposal')),
            ],
        ),
        migrations.CreateModel(
            name='Hiding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.CharField(max_length=500)),
                ('hidden_at', models.DateTimeField()),
                ('previous_status', models.CharField(max_length=12)),
                ('lifted_at', models.DateTimeField(blank=True, null=True)),
                ('hidden_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('lifted_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='hidings', to='explore_proposals.proposal')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='hiding_has_reason'), models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('proposal',), name='hidden_once_at_a_time'), models.CheckConstraint(condition=models.Q(models.Q(('lifted_at', None), ('lifted_by', None)), models.Q(('lifted_at__isnull', False), ('lifted_by__isnull', False)), _connector='OR'), name='hiding_lifted_by_someone')],
            },
        ),
        migrations.CreateModel(
            name='GroupMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.FloatField(help_text='estimated Jaccard similarity to the nearest other member')),
                ('status_before', models.CharField(blank=True, max_length=12)),
                ('moved_supports', models.JSONField(default=list)),
                ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='explore_proposals.duplicategroup')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='explore_proposals.proposal')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('group', 'proposal'), name='member_once')],
            },
        ),
        migrations.CreateModel(
            name='Evidence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('added_at', models.DateTimeField()),
                ('added_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='ground_agenda.agendaitem')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='evidence', to='explore_proposals.proposal')),
            ],
            options={
                'verbose_name_plural': 'evidence',
                'ordering': ('added_at', 'id'),
                'constraints': [models.UniqueConstraint(fields=('item', 'proposal'), name='evidence_once')],
            },
        ),
        migrations.AddField(
            model_name='duplicategroup',
            name='canonical',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='explore_proposals.proposal'),
        ),
        migrations.CreateModel(
            name='Answer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('body', models.TextField(max_length=10000)),
                ('answered_at', models.DateTimeField()),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('office', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.office')),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='answers', to='explore_proposals.proposal')),
            ],
            options={
                'ordering': ('answered_at',),
                'constraints': [models.CheckConstraint(condition=models.Q(('body', ''), _negated=True), name='answer_not_empty')],
            },
        ),
        migrations.CreateModel(
            name='Revision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=150)),
                ('body', models.TextField()),
                ('replaced_at', models.DateTimeField()),
                ('edited_by', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='revisions', to='explore_proposals.proposal')),
            ],
            options={
                'ordering': ('-number',),
                'constraints': [models.UniqueConstraint(fields=('proposal', 'number'), name='revision_number_once')],
            },
        ),
        migrations.CreateModel(
            name='Theme',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('label', models.JSONField(help_text='words, most telling first')),
                ('name', models.CharField(blank=True, help_text='what an officer calls it', max_length=80)),
                ('size', models.PositiveIntegerField()),
                ('cohesion', models.FloatField()),
                ('recent', models.PositiveIntegerField(default=0, help_text='voices of the last 90 days')),
                ('earlier', models.PositiveIntegerField(default=0, help_text='voices of the 90 days before')),
                ('monthly', models.JSONField(default=list, help_text='voices per month, last twelve months')),
                ('agenda_item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='themes', to='ground_agenda.agendaitem')),
            ],
        ),
        migrations.CreateModel(
            name='ThemeMember',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('rank', models.PositiveIntegerField()),
                ('proposal', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='theme_memberships', to='explore_proposals.proposal')),
                ('theme', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='explore_proposals.theme')),
            ],
            options={
                'indexes': [models.Index(fields=['theme', 'rank'], name='theme_member_rank')],
                'constraints': [models.UniqueConstraint(fields=('theme', 'proposal'), name='theme_member_once')],
            },
        ),
        migrations.CreateModel(
            name='ThemeRun',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('engine_version', models.CharField(max_length=20)),
                ('seed', models.BigIntegerField()),
                ('input_digest', models.CharField(max_length=64)),
                ('voices', models.PositiveIntegerField()),
                ('unassigned', models.PositiveIntegerField()),
                ('stability', models.FloatField(null=True)),
                ('computed_at', models.DateTimeField()),
                ('current', models.BooleanField(default=True)),
                ('place', models.ForeignKey(help_text='province whose voices were read', on_delete=django.db.models.deletion.CASCADE, related_name='theme_runs', to='ground_places.place')),
            ],
            options={
                'constraints': [models.UniqueConstraint(condition=models.Q(('current', True)), fields=('place',), name='one_current_run_per_place')],
            },
        ),
        migrations.AddField(
            model_name='theme',
            name='run',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='themes', to='explore_proposals.themerun'),
        ),
        migrations.AddIndex(
            model_name='theme',
            index=models.Index(fields=['run', '-size', 'id'], name='theme_by_size'),
        ),
    ]
