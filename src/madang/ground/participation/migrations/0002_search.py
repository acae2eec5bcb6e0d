import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('ground_participation', '0001_initial'),
        ('ground_places', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Posting',
            fields=[
                ('pk', models.CompositePrimaryKey('term', 'chunk', 'part', blank=True, editable=False, primary_key=True, serialize=False)),
                ('term', models.TextField(db_collation='C')),
                ('chunk', models.SmallIntegerField()),
                ('part', models.SmallIntegerField()),
                ('count', models.PositiveIntegerField()),
                ('offsets', models.BinaryField()),
                ('impacts', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='PostingPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('chunk', models.SmallIntegerField()),
                ('part', models.SmallIntegerField()),
                ('first', models.IntegerField()),
                ('documents', models.PositiveIntegerField()),
            ],
        ),
        migrations.RemoveIndex(
            model_name='searchdocument',
            name='document_tokens',
        ),
        migrations.RemoveIndex(
            model_name='searchdocument',
            name='document_bigrams',
        ),
        migrations.RemoveIndex(
            model_name='searchdocument',
            name='document_waiting',
        ),
        migrations.RemoveField(
            model_name='searchdocument',
            name='bigrams',
        ),
        migrations.RemoveField(
            model_name='searchdocument',
            name='signature',
        ),
        migrations.RemoveField(
            model_name='searchdocument',
            name='tokens',
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='fingerprints',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='winnowed hashes', size=None),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='impacts',
            field=models.BinaryField(default=b'', help_text='weight of each term, one byte each'),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='ordinal',
            field=models.IntegerField(help_text='number in the postings; null while loose', null=True, unique=True),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='pairs',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text='syllable pairs, kept while loose', size=None),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='terms',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.TextField(), default=list, help_text="what a search finds it by, compounds' parts too", size=None),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='version',
            field=models.PositiveIntegerField(default=0, help_text='counts edits, so that a slow job never wins'),
        ),
        migrations.AddField(
            model_name='searchdocument',
            name='waiting',
            field=models.BooleanField(default=True),
        ),
        migrations.AlterField(
            model_name='searchdocument',
            name='bands',
            field=django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), default=list, help_text='MinHash LSH bands', size=None),
        ),
        migrations.AlterField(
            model_name='searchdocument',
            name='engine_version',
            field=models.CharField(blank=True, max_length=40),
        ),
        migrations.AlterField(
            model_name='searchdocument',
            name='place',
            field=models.ForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ground_places.place'),
        ),
        migrations.AlterField(
            model_name='termfrequency',
            name='term',
            field=models.TextField(db_collation='C', primary_key=True, serialize=False),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('indexed_at__isnull', False), ('ordinal', None)), fields=['terms'], name='document_loose_terms'),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=django.contrib.postgres.indexes.GinIndex(condition=models.Q(('indexed_at__isnull', False), ('ordinal', None)), fields=['pairs'], name='document_loose_pairs'),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=django.contrib.postgres.indexes.GinIndex(fields=['fingerprints'], name='document_fingerprints'),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=models.Index(condition=models.Q(('waiting', True)), fields=['subject'], name='document_waiting'),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=models.Index(condition=models.Q(('indexed_at__isnull', False), ('ordinal', None)), fields=['subject'], name='document_loose'),
        ),
        migrations.AddIndex(
            model_name='searchdocument',
            index=models.Index(fields=['indexed_at', 'subject'], name='document_by_indexing'),
        ),
        migrations.AddIndex(
            model_name='termfrequency',
            index=models.Index(fields=['-documents'], name='frequency_by_count'),
        ),
        migrations.AddIndex(
            model_name='posting',
            index=models.Index(fields=['chunk', 'part'], name='posting_by_part'),
        ),
        migrations.AddConstraint(
            model_name='postingpart',
            constraint=models.UniqueConstraint(fields=('chunk', 'part'), name='part_once_per_chunk'),
        ),
        # Sorted offsets hardly compress and are read whole, often: keep them as they are.
        migrations.RunSQL(
            "ALTER TABLE ground_participation_posting ALTER COLUMN offsets SET STORAGE EXTERNAL,"
            " ALTER COLUMN impacts SET STORAGE EXTERNAL",
            migrations.RunSQL.noop,
        ),
    ]
