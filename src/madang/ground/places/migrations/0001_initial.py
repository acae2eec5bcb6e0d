import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='Place',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(help_text='Official administrative code, such as 41 or 41110.', max_length=10)),
                ('level', models.CharField(choices=[('province', 'Province or metropolis'), ('municipality', 'Municipality')], max_length=16)),
                ('name_ko', models.CharField(max_length=60)),
                ('name_en', models.CharField(max_length=60)),
                ('valid_from', models.DateField(blank=True, null=True)),
                ('valid_to', models.DateField(blank=True, null=True)),
                ('boundary', models.JSONField(blank=True, help_text='GeoJSON geometry, where one was imported.', null=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='ground_places.place')),
            ],
            options={
                'ordering': ('code',),
                'constraints': [models.UniqueConstraint(condition=models.Q(('valid_to', None)), fields=('code',), name='place_code_once'), models.CheckConstraint(condition=models.Q(models.Q(('level', 'province'), ('parent', None)), models.Q(('level', 'municipality'), ('parent__isnull', False)), _connector='OR'), name='place_parent_by_level'), models.CheckConstraint(condition=models.Q(('valid_to', None), ('valid_from', None), ('valid_to__gt', models.F('valid_from')), _connector='OR'), name='place_validity_ordered')],
            },
        ),
        migrations.CreateModel(
            name='Office',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('officer', 'Officer'), ('bureau', 'Bureau'), ('division', 'Division'), ('department', 'Department')], max_length=16)),
                ('name_ko', models.CharField(max_length=80)),
                ('name_en', models.CharField(blank=True, max_length=120)),
                ('mandate', models.TextField(blank=True, help_text='One sentence a line.')),
                ('business_plan', models.TextField(blank=True, help_text='One sentence a line.')),
                ('is_innovation_officer', models.BooleanField(default=False)),
                ('active', models.BooleanField(default=True)),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='ground_places.office')),
                ('place', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='offices', to='ground_places.place')),
            ],
            options={
                'ordering': ('place_id', 'id'),
                'constraints': [models.UniqueConstraint(fields=('place', 'key'), name='office_key_once_per_place'), models.UniqueConstraint(condition=models.Q(('active', True), ('is_innovation_officer', True)), fields=('place',), name='one_innovation_officer'), models.CheckConstraint(condition=models.Q(('parent', models.F('id')), _negated=True), name='office_not_its_own_parent')],
            },
        ),
        migrations.CreateModel(
            name='PlaceSettings',
            fields=[
                ('place', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='settings', serialize=False, to='ground_places.place')),
                ('support_threshold', models.PositiveIntegerField(blank=True, help_text='Seoul: 50; Gyeonggi: 10,000.', null=True, verbose_name='supports that oblige an answer')),
                ('support_window_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days to gather them')),
                ('answer_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days to answer from then')),
                ('response_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days for an office to accept or hand back an agenda item')),
                ('escalation_days', models.PositiveIntegerField(blank=True, null=True, verbose_name='days after which an unanswered assignment goes to the officer above')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('support_threshold', None), ('support_threshold__gte', 1), _connector='OR'), name='place_threshold_positive')],
            },
        ),
    ]
