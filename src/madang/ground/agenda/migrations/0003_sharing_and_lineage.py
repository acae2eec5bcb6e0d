import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground_agenda', '0002_criteria'),
        ('ground_people', '__first__'),
        ('ground_places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='CoOwner',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('added_at', models.DateTimeField()),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ending', models.TextField(blank=True, max_length=2000)),
            ],
            options={
                'ordering': ('added_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='co_owner_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at', None), ('ending', '')), models.Q(('ended_at__isnull', False), models.Q(('ending', ''), _negated=True)), _connector='OR'), name='co_owner_ended_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Division',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('moved', models.JSONField(default=dict, help_text='what each part of the house gave to the new item, by its key')),
                ('divided_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('divided_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='division_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Merger',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reason', models.TextField(max_length=2000)),
                ('stage_before', models.CharField(choices=[('explore', 'Explore'), ('plan', 'Plan'), ('practice', 'Practice'), ('diffuse', 'Diffuse'), ('closed', 'Closed')], max_length=12)),
                ('moved', models.JSONField(default=dict, help_text='what each part of the house brought along, by its key')),
                ('merged_at', models.DateTimeField()),
                ('undone_at', models.DateTimeField(blank=True, null=True)),
                ('undoing', models.TextField(blank=True, max_length=2000)),
            ],
            options={
                'ordering': ('merged_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='merger_with_reason'), models.CheckConstraint(condition=models.Q(('stage_before__in', ('explore', 'plan', 'practice', 'diffuse'))), name='merger_of_open_item'), models.CheckConstraint(condition=models.Q(models.Q(('undoing', ''), ('undone_at', None)), models.Q(('undone_at__isnull', False), models.Q(('undoing', ''), _negated=True)), _connector='OR'), name='merger_undone_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Partnership',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('invited', 'Invited'), ('accepted', 'Takes part'), ('declined', 'Declined'), ('withdrawn', 'Invitation withdrawn'), ('left', 'Left')], default='invited', max_length=12)),
                ('reason', models.TextField(max_length=2000)),
                ('invited_at', models.DateTimeField()),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, max_length=2000)),
                ('ended_at', models.DateTimeField(blank=True, null=True)),
                ('ending', models.TextField(blank=True, max_length=2000)),
            ],
            options={
                'ordering': ('invited_at', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='partner_invited_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('status__in', ('invited', 'withdrawn'))), models.Q(('answered_at__isnull', False), ('status__in', ('accepted', 'declined', 'left'))), _connector='OR'), name='partner_answered'), models.CheckConstraint(condition=models.Q(models.Q(('status', 'declined'), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='partner_declined_with_reason'), models.CheckConstraint(condition=models.Q(models.Q(('ended_at__isnull', False), ('status__in', ('withdrawn', 'left')), models.Q(('ending', ''), _negated=True)), models.Q(('ended_at', None), ('ending', ''), ('status__in', ('invited', 'accepted', 'declined'))), _connector='OR'), name='partner_ended_with_reason')],
            },
        ),
        migrations.CreateModel(
            name='Referral',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('status', models.CharField(choices=[('waiting', 'Waiting for an answer'), ('taken_over', 'Taken over'), ('joint', 'Taken jointly'), ('sent_back', 'Sent back'), ('withdrawn', 'Withdrawn')], default='waiting', max_length=12)),
                ('reason', models.TextField(max_length=2000)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(help_text='by when the other place answers')),
                ('escalated_at', models.DateTimeField(blank=True, help_text='when it was reported as overdue', null=True)),
                ('answered_at', models.DateTimeField(blank=True, null=True)),
                ('answer', models.TextField(blank=True, max_length=2000)),
            ],
            options={
                'ordering': ('-asked_at', '-id'),
                'indexes': [models.Index(condition=models.Q(('escalated_at', None), ('status', 'waiting')), fields=['due_at'], name='referral_to_escalate')],
                'constraints': [models.CheckConstraint(condition=models.Q(('reason', ''), _negated=True), name='referral_with_reason'), models.CheckConstraint(condition=models.Q(('due_at__gt', models.F('asked_at'))), name='referral_due_after_asking'), models.CheckConstraint(condition=models.Q(models.Q(('answered_at', None), ('status', 'waiting')), models.Q(models.Q(('status', 'waiting'), _negated=True), ('answered_at__isnull', False)), _connector='OR'), name='referral_answered'), models.CheckConstraint(condition=models.Q(models.Q(('status__in', ('sent_back', 'withdrawn')), _negated=True), models.Q(('answer', ''), _negated=True), _connector='OR'), name='referral_sent_back_with_reason')],
            },
        ),
        migrations.AddField(
            model_name='agendaitem',
            name='merged_into',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='merged_items', to='ground_agenda.agendaitem'),
        ),
        migrations.AddIndex(
            model_name='agendaitem',
            index=models.Index(condition=models.Q(('merged_into__isnull', False)), fields=['merged_into'], name='agenda_merged'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('stage__in', ['explore', 'plan', 'practice', 'diffuse', 'closed'])), name='agenda_stage_known'),
        ),
        migrations.AddConstraint(
            model_name='agendaitem',
            constraint=models.CheckConstraint(condition=models.Q(('merged_into', None), models.Q(('stage', 'closed'), models.Q(('merged_into', models.F('id')), _negated=True)), _connector='OR'), name='agenda_merged_is_closed'),
        ),
        migrations.AddField(
            model_name='coowner',
            name='added_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='coowner',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='coowner',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='co_owners', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='coowner',
            name='office',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='co_owned', to='ground_places.office'),
        ),
        migrations.AddField(
            model_name='division',
            name='divided_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='division',
            name='part',
            field=models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='divided_from', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='division',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='divisions', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='merger',
            name='merged_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='merger',
            name='source',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mergers', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='merger',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='mergers_into', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='merger',
            name='undone_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnership',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnership',
            name='ended_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnership',
            name='invited_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='partnership',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='partnerships', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='partnership',
            name='place',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='partnerships', to='ground_places.place'),
        ),
        migrations.AddField(
            model_name='referral',
            name='answered_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='asked_by',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='referral',
            name='item',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='referrals', to='ground_agenda.agendaitem'),
        ),
        migrations.AddField(
            model_name='referral',
            name='origin',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.place'),
        ),
        migrations.AddField(
            model_name='referral',
            name='target',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.place'),
        ),
        migrations.AddConstraint(
            model_name='coowner',
            constraint=models.UniqueConstraint(condition=models.Q(('ended_at', None)), fields=('item', 'office'), name='co_owner_once'),
        ),
        migrations.AddConstraint(
            model_name='division',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('part')), _negated=True), name='division_of_two'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.UniqueConstraint(condition=models.Q(('undone_at', None)), fields=('source',), name='merged_once_at_a_time'),
        ),
        migrations.AddConstraint(
            model_name='merger',
            constraint=models.CheckConstraint(condition=models.Q(('source', models.F('target')), _negated=True), name='merger_of_two'),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(condition=models.Q(('status', 'accepted')), fields=['place', 'item'], name='partner_by_place'),
        ),
        migrations.AddIndex(
            model_name='partnership',
            index=models.Index(condition=models.Q(('status', 'invited')), fields=['place', 'invited_at'], name='partner_invited'),
        ),
        migrations.AddConstraint(
            model_name='partnership',
            constraint=models.UniqueConstraint(condition=models.Q(('status__in', ('invited', 'accepted'))), fields=('item', 'place'), name='partner_once'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['target', 'due_at', 'id'], name='referral_by_target'),
        ),
        migrations.AddIndex(
            model_name='referral',
            index=models.Index(condition=models.Q(('status', 'waiting')), fields=['origin', 'due_at', 'id'], name='referral_by_origin'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.UniqueConstraint(condition=models.Q(('status', 'waiting')), fields=('item',), name='one_referral_waiting'),
        ),
        migrations.AddConstraint(
            model_name='referral',
            constraint=models.CheckConstraint(condition=models.Q(('origin', models.F('target')), _negated=True), name='referral_to_another_place'),
        ),
    ]
