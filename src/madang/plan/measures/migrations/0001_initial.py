import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ground_agenda', '0004_no_circle'),
        ('ground_participation', '0009_rule_of_a_hiding'),
        ('ground_people', '__first__'),
        ('ground_places', '0003_figures'),
    ]

    operations = [
        migrations.CreateModel(
            name='Measure',
            fields=[
                ('subject', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, primary_key=True, related_name='measure', serialize=False, to='ground_participation.subject')),
                ('title', models.CharField(max_length=150, verbose_name='title')),
                ('body', models.TextField(max_length=20000, verbose_name='what is done')),
                ('budget', models.BigIntegerField(default=0, help_text='in won', verbose_name='money')),
                ('status', models.CharField(choices=[('planned', 'Planned'), ('underway', 'Being carried out'), ('done', 'Done'), ('stopped', 'Stopped')], default='planned', max_length=10)),
                ('status_since', models.DateTimeField()),
                ('status_reason', models.CharField(blank=True, max_length=1000)),
                ('latitude', models.FloatField(blank=True, null=True)),
                ('longitude', models.FloatField(blank=True, null=True)),
                ('starts_on', models.DateField(blank=True, null=True)),
                ('ends_on', models.DateField(blank=True, null=True)),
                ('created_at', models.DateTimeField()),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('item', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='measures', to='ground_agenda.agendaitem')),
                ('office', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='ground_places.office')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='measures', to='ground_places.place')),
            ],
            options={
                'ordering': ('-created_at', '-subject_id'),
                'indexes': [models.Index(fields=['-created_at', '-subject'], name='measure_latest'), models.Index(fields=['place', '-created_at', '-subject'], name='measure_by_place'), models.Index(fields=['item'], name='measure_by_item'), models.Index(fields=['office', '-created_at', '-subject'], name='measure_by_office')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='measure_has_title'), models.CheckConstraint(condition=models.Q(('budget__gte', 0)), name='measure_money_not_negative'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'stopped'), _negated=True), models.Q(('status_reason', ''), _negated=True), _connector='OR'), name='measure_stopped_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('latitude', None), ('longitude', None)), models.Q(('latitude__gte', -90), ('latitude__lte', 90), ('longitude__gte', -180), ('longitude__lte', 180)), _connector='OR'), name='measure_point_whole')],
            },
        ),
        migrations.CreateModel(
            name='Milestone',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('position', models.PositiveSmallIntegerField()),
                ('title', models.CharField(max_length=150, verbose_name='step')),
                ('first_due_on', models.DateField()),
                ('due_on', models.DateField(verbose_name='due')),
                ('moved_reason', models.CharField(blank=True, max_length=500)),
                ('done_on', models.DateField(blank=True, null=True)),
                ('note', models.CharField(blank=True, max_length=1000)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='milestones', to='plan_measures.measure')),
            ],
            options={
                'ordering': ('position', 'id'),
                'indexes': [models.Index(condition=models.Q(('done_on', None)), fields=['due_on'], name='milestone_due')],
                'constraints': [models.UniqueConstraint(fields=('measure', 'position'), name='milestone_position_once'), models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='milestone_has_title'), models.CheckConstraint(condition=models.Q(('due_on', models.F('first_due_on')), models.Q(('moved_reason', ''), _negated=True), _connector='OR'), name='milestone_moved_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Photo',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('file', models.ImageField(height_field='height', upload_to='measures/', width_field='width')),
                ('width', models.PositiveIntegerField(default=0)),
                ('height', models.PositiveIntegerField(default=0)),
                ('description', models.CharField(max_length=200, verbose_name='description for those who cannot see it')),
                ('taken_on', models.DateField(blank=True, null=True)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='photos', to='plan_measures.measure')),
                ('milestone', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='photos', to='plan_measures.milestone')),
            ],
            options={
                'ordering': ('id',),
            },
        ),
        migrations.CreateModel(
            name='Spending',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(choices=[('contracted', 'Contracted'), ('paid', 'Paid')], max_length=10)),
                ('label', models.CharField(max_length=150, verbose_name='for what')),
                ('amount', models.BigIntegerField(help_text='in won', verbose_name='amount')),
                ('spent_on', models.DateField(verbose_name='on')),
                ('entered_at', models.DateTimeField()),
                ('entered_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('measure', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='spendings', to='plan_measures.measure')),
            ],
            options={
                'ordering': ('spent_on', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('label', ''), _negated=True), name='spending_says_for_what'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='spending_not_zero')],
            },
        ),
    ]
