"""Keeping the index: interrupted, repeated, overtaken, hidden, moved."""

import os
import subprocess
import sys
from threading import Thread

import numpy as np
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from madang.engines.texts.light import LightTokenizer
from madang.engines.texts.search import Ranker
from madang.engines.texts.tokens import index_terms
from madang.ground.participation.models import Posting, PostingPart, SearchDocument, TermFrequency
from madang.ground.participation.search import client, index, postings
from madang.ground.participation.search.find import search
from madang.ground.participation.search.ranked import fetch
from tests.factories import ProposalFactory, many_proposals


def postings_of(term):
    """{ordinal: weight} of a term."""
    found = {}
    for row in Posting.objects.filter(term=term):
        offsets = np.frombuffer(row.offsets, "<u2") + (row.chunk << postings.CHUNK_BITS)
        impacts = np.frombuffer(row.impacts, np.uint8) if row.impacts else np.zeros(len(offsets))
        assert row.count == len(offsets) == len(impacts)
        found |= dict(zip(offsets.tolist(), impacts.tolist(), strict=True))
    return found


@pytest.fixture
def light():
    """Reading without the model, where the reading itself is not the point."""
    with client.using(LightTokenizer()):
        yield


@pytest.fixture
def many(db, light):
    """120 voices waiting."""
    ids = [one.pk for one in many_proposals(120)]
    index.mark_waiting(ids)
    return ids


def run(**options):
    return index.index_waiting(tokenizer=LightTokenizer(), **options)


@pytest.fixture(autouse=True)
def sure(monkeypatch):
    """Take the light reading for the final one in this file."""
    monkeypatch.setattr(client, "is_light", lambda engine: False)


def test_a_run_reads_everything_once_and_a_second_run_nothing(many):
    progress = []
    assert run(batch_size=100, progress=progress.append).documents == 120
    assert progress == [100, 120]
    assert run().documents == 0
    assert not SearchDocument.objects.filter(waiting=True).exists()
    # 100 went to the postings at once, 20 wait for company.
    assert SearchDocument.objects.filter(ordinal=None).count() == 20
    assert index.settle() == 0
    assert index.settle(at_least=1) == 20
    assert sorted(SearchDocument.objects.values_list("ordinal", flat=True)) == list(range(120))


def test_an_interrupted_run_goes_on_where_it_stopped(many):
    def stop(done):
        if done >= 50:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(batch_size=50, progress=stop)
    assert index.waiting() == 70
    assert run(batch_size=50).documents == 70
    assert len(search("본문", limit=200).ids) == 120


def test_a_text_edited_while_it_was_being_read_is_read_again(db, light, monkeypatch):
    one = ProposalFactory(title="공원 조성", body="나무")
    index.mark_waiting([one.pk])

    def edit_meanwhile(texts, tokenizer):
        for found in real(texts, tokenizer):
            type(one).objects.filter(pk=one.pk).update(title="버스 노선")
            index.mark_waiting([one.pk])
            yield found

    real = index._analyse_here
    monkeypatch.setattr(index, "_analyse_here", edit_meanwhile)
    assert run() == index.Indexed(documents=0, overtaken=1)
    monkeypatch.setattr(index, "_analyse_here", real)
    assert run() == index.Indexed(documents=1, overtaken=0)
    assert search("버스").ids == [one.pk]
    assert search("공원").ids == []


@pytest.mark.parametrize("settled", [True, False])
def test_an_edited_text_is_found_by_its_new_words_only(db, light, settled):
    one = ProposalFactory(title="공원 조성", body="나무")
    index.mark_waiting([one.pk])
    run()
    if settled:
        index.settle(at_least=1)
    type(one).objects.filter(pk=one.pk).update(title="버스 노선", body="배차")
    index.mark_waiting([one.pk])
    assert search("공원").ids == [one.pk], "until it is read again it is found as it was"
    run()
    assert (search("버스").ids, search("공원").ids) == ([one.pk], [])


def test_parts_are_merged_and_nothing_is_lost(many, monkeypatch):
    before = {}
    run(batch_size=64)
    index.settle(at_least=1)
    before = {term: postings_of(term) for term in ("본문", "@kind:proposal", "~본문", "7")}
    assert PostingPart.objects.count() == 2
    assert postings.merge(0, at=2)
    assert PostingPart.objects.get().documents == 120
    assert Posting.objects.filter(term="본문").count() == 1
    assert {term: postings_of(term) for term in before} == before
    assert postings.next_ordinal() == 120


def test_documents_may_fill_more_than_one_chunk(many, monkeypatch):
    for name, value in (("CHUNK_BITS", 5), ("CHUNK", 32)):
        monkeypatch.setattr(postings, name, value)
        monkeypatch.setattr(f"madang.ground.participation.search.evaluate.{name}", value)
    run(batch_size=1000)
    assert Posting.objects.filter(term="본문").count() == 4
    assert len(search("본문", limit=200).ids) == 120
    SearchDocument.objects.filter(ordinal__lt=30).update(ordinal=None, waiting=True)
    assert index.compact() == [0]
    assert not Posting.objects.filter(chunk=0).exists()
    assert run().documents == 30
    assert len(set(search("본문", limit=200).ids)) == 120


def test_words_are_counted_by_documents(many):
    run(batch_size=1000)
    assert index.recount_terms() > 0
    assert TermFrequency.objects.get(term="본문").documents == 120
    assert not TermFrequency.objects.filter(term__startswith="~").exists()
    assert not TermFrequency.objects.filter(term__startswith="@").exists()


def test_a_subject_without_a_text_stops_waiting(db, light):
    from tests.factories.voices import SubjectFactory

    lonely, unknown = SubjectFactory(), SubjectFactory(kind="unheard-of")
    index.mark_waiting([lonely.pk, unknown.pk])
    assert run().documents == 2
    assert index.waiting() == 0


def test_marking_and_running_without_anything_is_no_error(db):
    assert index.mark_waiting([]) == 0
    assert index.mark_waiting([10**9]) == 0
    assert run().documents == 0
    assert index.settle(at_least=1) == 0
    assert index.compact() == []
    assert index.recount_terms() == 0


WORDS = ["공원", "버스", "소음", "bus", "park", "일자리", "고양시"]
texts = st.lists(
    st.tuples(st.sampled_from(WORDS), st.lists(st.sampled_from(WORDS), max_size=8)), min_size=1, max_size=12
)


@pytest.mark.django_db
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(texts=texts, query=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3), settled=st.booleans())
def test_the_database_finds_what_the_engine_finds(light, texts, query, settled):
    """The slow obvious answer is the engine's own ranker over the same texts."""
    tokenizer, asked = LightTokenizer(), " ".join(query)
    with transaction.atomic():
        made = [ProposalFactory(title=title, body=" ".join(body) or "-").pk for title, body in texts]
        index.mark_waiting(made)
        run()
        if settled:
            index.settle(at_least=1)
        found = {(hit.subject_id, hit.rank) for hit in search(asked, limit=100).hits}
        entries = [index_terms(f"{title}\n{' '.join(body) or '-'}", tokenizer) for title, body in texts]
        hits = Ranker([str(pk) for pk in made], entries).search(asked, tokenizer, limit=100)
        assert found == {(int(hit.id), hit.rank) for hit in hits}
        transaction.set_rollback(True)


def test_counts_of_a_term_are_those_of_its_documents(many):
    run(batch_size=1000)
    assert fetch(["본문"]).counts["본문"] == 120
    assert fetch(["본문"]).documents == 120


def test_the_jobs_are_known_to_the_worker_and_do_what_they_say(many):
    from procrastinate.contrib.django import app

    from madang.ground.participation import tasks

    assert {index.TASK, "madang.search.keep"} <= set(app.tasks)
    tasks.index_waiting(timestamp=0)
    assert index.waiting() == 0
    tasks.keep_index(timestamp=0)
    assert not SearchDocument.objects.filter(ordinal=None).exists()
    assert TermFrequency.objects.get(term="본문").documents == 120


@pytest.mark.django_db(transaction=True)
def test_two_runs_at_once_index_everything_once(light):
    ids = [one.pk for one in many_proposals(300)]
    index.mark_waiting(ids)
    done = []

    def work():
        try:
            done.append(run(batch_size=70).documents)
        finally:
            connection.close()

    threads = [Thread(target=work) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    index.settle(at_least=1)
    assert sum(done) == 300
    ordinals = sorted(SearchDocument.objects.values_list("ordinal", flat=True))
    assert ordinals == list(range(300)), "no number was given twice or lost"
    assert sorted(search("본문", limit=400).ids) == ids


SLOWLY = """
import time
import django
django.setup()
from django.conf import settings
settings.DATABASES["default"]["NAME"] = {name!r}
from madang.engines.texts.light import LightTokenizer
from madang.ground.participation.search import index
class Slow(LightTokenizer):
    name = "slow"
    def tokenise(self, text):
        time.sleep(0.002)
        return super().tokenise(text)
index.index_waiting(tokenizer=Slow(), batch_size=64, progress=lambda done: print(done, flush=True))
"""


@pytest.mark.django_db(transaction=True)
def test_a_killed_run_leaves_whole_batches_and_the_next_one_the_rest(light):
    ids = [one.pk for one in many_proposals(300)]
    index.mark_waiting(ids)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "madang.web.settings.demo"}
    code = SLOWLY.format(name=connection.settings_dict["NAME"])
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", code], env=environment, stdout=subprocess.PIPE
    ) as worker:
        assert worker.stdout.readline().strip() == b"64"
        worker.kill()
    left = index.waiting()
    assert 0 < left < 300
    assert (300 - left) % 64 == 0
    assert run().documents == left
    index.settle(at_least=1)
    assert sorted(search("본문", limit=400).ids) == ids


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_worker_processes_read_as_one_process_does(kiwi):
    one, two = (ProposalFactory(title="노인복지관을 고쳐 주세요", body="승강기가 자주 멈춥니다.").pk for _ in range(2))
    index.mark_waiting([one])
    index.index_waiting(tokenizer=kiwi)
    index.mark_waiting([two])
    assert index.index_waiting(processes=2).documents == 1
    rows = SearchDocument.objects.order_by("pk").values_list("words", "terms", "impacts", "bands", "engine_version")
    assert [bytes(one) if isinstance(one, memoryview) else one for one in rows[0]] == [
        bytes(one) if isinstance(one, memoryview) else one for one in rows[1]
    ]


@pytest.mark.django_db(transaction=True)
def test_a_fresh_text_never_waits_for_a_job_that_writes(light):
    one = ProposalFactory(title="공원 조성", body="나무")
    index.mark_waiting([one.pk])
    found = []

    def publish():
        try:
            index.index_subject_now(one.pk)
            found.extend(search("공원").ids)
        finally:
            connection.close()

    with transaction.atomic():
        postings.lock()
        thread = Thread(target=publish)
        thread.start()
        thread.join(20)
        assert not thread.is_alive()
    assert found == [one.pk]


def test_parts_are_merged_by_themselves(many, monkeypatch):
    monkeypatch.setattr(postings, "PARTS", 2)
    monkeypatch.setattr(index, "DIRECT", 10)
    run(batch_size=30)
    assert PostingPart.objects.count() == 1
    assert len(postings_of("본문")) == 120
