import django.contrib.postgres.fields
import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('auth', '0012_alter_user_first_name_max_length'),
        ('ground_people', '0002_organizations_and_terms'),
        ('ground_places', '0002_settings_and_succession'),
    ]

    operations = [
        migrations.CreateModel(
            name='Browser',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_collation='C', help_text='hash of the cookie that the browser keeps', max_length=64)),
                ('name', models.CharField(max_length=80)),
                ('first_at', models.DateTimeField()),
                ('last_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('last_at__gte', models.F('first_at'))), name='browser_seen_in_order')],
            },
        ),
        migrations.CreateModel(
            name='CounterSlip',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='counter_slip', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('code', models.CharField(db_collation='C', max_length=64, unique=True)),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='counter_slip_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='Deletion',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='deletion', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('asked_at', models.DateTimeField()),
                ('due_at', models.DateTimeField()),
                ('keep_texts', models.BooleanField(help_text='texts stay, without a name; otherwise they are emptied')),
            ],
            options={
                'indexes': [models.Index(fields=['due_at'], name='deletion_by_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('due_at__gte', models.F('asked_at'))), name='deletion_due_after_asked')],
            },
        ),
        migrations.CreateModel(
            name='Download',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('file', models.CharField(help_text='name in the private storage', max_length=120, unique=True)),
                ('size', models.PositiveBigIntegerField()),
                ('made_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-made_at',),
                'constraints': [models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('made_at'))), name='download_expires_later'), models.CheckConstraint(condition=models.Q(('file', ''), _negated=True), name='download_has_its_file')],
            },
        ),
        migrations.CreateModel(
            name='GuardianConsent',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='guardian_consent', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('needed_until', models.DateField(help_text='the day from which the person is surely 14')),
                ('guardian_email', models.EmailField(max_length=254)),
                ('secret', models.CharField(db_collation='C', help_text="keyed hash of the link's secret", max_length=64, unique=True)),
                ('asked_at', models.DateTimeField()),
                ('guardian_name', models.CharField(blank=True, max_length=40)),
                ('relationship', models.CharField(blank=True, max_length=20)),
                ('given_at', models.DateTimeField(blank=True, null=True)),
                ('withdrawn_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('given_at', None), models.Q(models.Q(('guardian_name', ''), _negated=True), models.Q(('relationship', ''), _negated=True)), _connector='OR'), name='consent_given_by_somebody'), models.CheckConstraint(condition=models.Q(('withdrawn_at', None), ('given_at', None), ('withdrawn_at__gte', models.F('given_at')), _connector='OR'), name='consent_withdrawn_after_given')],
            },
        ),
        migrations.CreateModel(
            name='IdentityDigest',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(db_collation='C', max_length=64, unique=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('digest__regex', '^[0-9a-f]{64}$')), name='digest_is_a_digest')],
            },
        ),
        migrations.CreateModel(
            name='PhoneCode',
            fields=[
                ('user', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='phone_code', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('phone', models.CharField(db_collation='C', max_length=64)),
                ('code', models.CharField(db_collation='C', max_length=64)),
                ('ending', models.CharField(help_text='the last two digits, to show where the code went', max_length=2)),
                ('sent_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField()),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('attempts__lte', 5)), name='phone_code_attempts_limited'), models.CheckConstraint(condition=models.Q(('expires_at__gt', models.F('sent_at'))), name='phone_code_expires_later')],
            },
        ),
        migrations.CreateModel(
            name='Verification',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('level', models.PositiveSmallIntegerField(choices=[(2, 'Phone confirmed'), (3, 'Resident confirmed'), (4, 'Official confirmed')])),
                ('method', models.CharField(help_text='key of the adapter: see verification/', max_length=20)),
                ('verified_at', models.DateTimeField()),
                ('expires_at', models.DateTimeField(blank=True, null=True)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('level__gte', 2), ('level__lte', 4)), name='verification_level_known'), models.CheckConstraint(condition=models.Q(('expires_at', None), ('expires_at__gt', models.F('verified_at')), _connector='OR'), name='verification_expires_later')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='avatar',
            field=models.CharField(blank=True, help_text='name of a re-encoded picture among the uploads', max_length=60),
        ),
        migrations.AddField(
            model_name='user',
            name='erased_at',
            field=models.DateTimeField(blank=True, help_text='the person has left; nothing of them is here', null=True),
        ),
        migrations.AddField(
            model_name='user',
            name='shown',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=24), blank=True, default=list, help_text='see profiles.py', size=None),
        ),
        migrations.AddConstraint(
            model_name='user',
            constraint=models.CheckConstraint(condition=models.Q(('erased_at', None), models.Q(('avatar', ''), ('bio', ''), ('display_name', '탈퇴한 회원'), ('email__endswith', '@erased.invalid'), ('home', None), ('is_active', False), ('is_staff', False), ('is_superuser', False), ('last_login', None), ('password__startswith', '!')), _connector='OR'), name='user_erased_is_empty'),
        ),
        migrations.AddField(
            model_name='browser',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='browsers', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='download',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='downloads', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='verification',
            name='confirmed_by',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='verification',
            name='place',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='ground_places.place'),
        ),
        migrations.AddField(
            model_name='verification',
            name='user',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='verifications', to=settings.AUTH_USER_MODEL),
        ),
        migrations.AddField(
            model_name='identitydigest',
            name='verification',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='digests', to='ground_people.verification'),
        ),
        migrations.AddConstraint(
            model_name='browser',
            constraint=models.UniqueConstraint(fields=('user', 'digest'), name='browser_once'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.UniqueConstraint(fields=('user', 'level'), name='verification_once_a_level'),
        ),
        migrations.AddConstraint(
            model_name='verification',
            constraint=models.CheckConstraint(condition=models.Q(('confirmed_by', models.F('user')), _negated=True), name='verification_not_of_oneself'),
        ),
    ]
