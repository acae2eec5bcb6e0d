import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('ground_people', '__first__'),
        ('ground_places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='AgendaItem',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('title', models.CharField(max_length=120, verbose_name='title')),
                ('summary', models.TextField(max_length=4000, verbose_name='summary')),
                ('field', models.CharField(choices=[('fair_economy', 'Distribution and fair prices'), ('living_culture', 'Living culture and space'), ('jobs', 'Jobs for every age'), ('housing_safety', 'Housing and safety'), ('engagement', 'Engagement and public services')], max_length=20, verbose_name='field')),
                ('stage', models.CharField(choices=[('explore', 'Explore'), ('plan', 'Plan'), ('practice', 'Practice'), ('diffuse', 'Diffuse'), ('closed', 'Closed')], default='explore', max_length=12)),
                ('stage_since', models.DateTimeField()),
                ('created_at', models.DateTimeField()),
                ('updated_at', models.DateTimeField()),
                ('voice_count', models.PositiveIntegerField(default=0)),
                ('supporter_count', models.PositiveIntegerField(default=0)),
                ('created_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('inspired_by', models.ManyToManyField(blank=True, related_name='inspired', to='ground_agenda.agendaitem')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='agenda_items', to='ground_places.office')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='agenda_items', to='ground_places.place')),
            ],
            options={
                'ordering': ('-created_at', '-id'),
                'indexes': [models.Index(fields=['-created_at', '-id'], name='agenda_latest'), models.Index(fields=['place', '-created_at', '-id'], name='agenda_by_place'), models.Index(fields=['stage', '-created_at', '-id'], name='agenda_by_stage'), models.Index(fields=['owner', '-created_at', '-id'], name='agenda_by_owner')],
                'constraints': [models.CheckConstraint(condition=models.Q(('title', ''), _negated=True), name='agenda_has_title'), models.CheckConstraint(condition=models.Q(('updated_at__gte', models.F('created_at'))), name='agenda_updated_after_created')],
            },
        ),
        migrations.CreateModel(
            name='Criterion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.SlugField(max_length=40)),
                ('name_ko', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('help_ko', models.CharField(blank=True, max_length=200)),
                ('help_en', models.CharField(blank=True, max_length=200)),
                ('weight', models.DecimalField(decimal_places=2, default=1, max_digits=4)),
                ('order', models.PositiveSmallIntegerField(default=0)),
                ('active', models.BooleanField(default=True)),
                ('place', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='criteria', to='ground_places.place')),
            ],
            options={
                'verbose_name_plural': 'criteria',
                'ordering': ('order', 'id'),
                'constraints': [models.UniqueConstraint(fields=('place', 'key'), name='criterion_once_per_place', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('weight__gt', 0)), name='criterion_weight_positive')],
            },
        ),
        migrations.CreateModel(
            name='Score',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('value', models.PositiveSmallIntegerField()),
                ('note', models.CharField(blank=True, max_length=400)),
                ('scored_at', models.DateTimeField()),
                ('criterion', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='scores', to='ground_agenda.criterion')),
                ('item', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='scores', to='ground_agenda.agendaitem')),
                ('rater', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('item', 'criterion', 'rater'), name='score_once_per_rater'), models.CheckConstraint(condition=models.Q(('value__gte', 1), ('value__lte', 5)), name='score_one_to_five')],
            },
        ),
    ]
