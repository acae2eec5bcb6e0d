"""The pages of the record, and the proofs that they hand out, against the second verifier and a damaged database."""

from __future__ import annotations

import base64
import hashlib
import json

import pytest
from django.db import connection
from django.urls import reverse

from madang.engines.ledger import notes
from madang.ground.footing.limits import Limit
from madang.ground.record import operations
from madang.ground.record.models import Checkpoint, Entry, Witness
from madang.ground.record.operations import checkpoint
from madang.ground.record.views import checkpoints
from tests.factories import AgendaItemFactory, OfficeFactory, UserFactory, gyeonggi, officer_at, platform_admin, suwon
from tests.ground.record import second_verifier
from tests.ground.record.world import NOW, add

pytestmark = pytest.mark.django_db


def sha(*parts):
    return hashlib.sha256(b"".join(parts)).digest()


@pytest.fixture
def signed():
    item = AgendaItemFactory(place=suwon(), title="가게 없는 마을")
    office = OfficeFactory(place=suwon(), name_ko="지역경제과")
    made = add(7, subject=item.subject, office=office, by=UserFactory(display_name="박담당"), reason="급합니다.")
    checkpoint(now=NOW)
    made += add(6)
    checkpoint(now=NOW)
    return made


def get(client, name, *args, **query):
    return client.get(reverse(f"record:{name}", args=args), query, headers={"accept-language": "ko"})


def text(response):
    return response.content.decode()


class TestBrowsing:
    def test_the_newest_first_with_what_each_is_about(self, client, signed):
        page = text(get(client, "list"))
        assert "가게 없는 마을" in page
        assert "급합니다." in page
        assert page.index(f"/record/{signed[-1].pk}/") < page.index(f"/record/{signed[0].pk}/")

    def test_each_filter_narrows_and_nonsense_is_left_out(self, client, signed):
        elsewhere = add(1, place=gyeonggi(), kind="closed", subject="agenda:99")[0]
        found = {
            "place=41110": 13, "place=41": 14, "kind=closed": 1, "subject=agenda:99": 1, "since=2026-11-24": 14,
            "until=2026-11-23": 0, "since=nonsense": 14, "place=zz": 14, "subject=%00": 14,
            f"place=41110&office={signed[0].office_id}": 7, "after=broken": 14,
        }  # fmt: skip
        for query, count in found.items():
            page = text(client.get(f"{reverse('record:list')}?{query}"))
            assert page.count('class="list__item list__item--split"') == count, query
        assert f"/record/{elsewhere.pk}/" in text(get(client, "list", kind="closed"))

    def test_pages_follow_each_other_without_loss(self, client, signed):
        add(30)
        seen, address = [], reverse("record:list")
        while address:
            page = text(client.get(address))
            seen += [int(part.split("/")[0]) for part in page.split('list__title"><a href="/record/')[1:]]
            found = page.partition('rel="next"')[0].rpartition('href="')[2].partition('"')[0]
            address = f"{reverse('record:list')}{found}" if 'rel="next"' in page else ""
        assert seen == list(Entry.objects.order_by("-at", "-id").values_list("pk", flat=True))

    def test_what_is_hidden_is_not_named(self, client):
        from tests.factories import ProposalFactory

        voice = ProposalFactory(place=suwon(), title="감춘 제목")
        add(1, subject=voice.record_key)
        assert "감춘 제목" in text(get(client, "list"))
        type(voice).objects.filter(pk=voice.pk).update(status="hidden")
        assert "감춘 제목" not in text(get(client, "list"))

    def test_an_empty_record_says_so(self, client):
        assert "아직 결정된 것이 없습니다" in text(get(client, "list"))
        assert "아직 서명한 확인점이 없습니다" in text(get(client, "checkpoints"))
        assert get(client, "checkpoint_newest").status_code == 404
        assert get(client, "verification").status_code == 200


class TestProofs:
    def test_an_entry_with_its_proof(self, client, signed):
        page = text(get(client, "entry", signed[3].pk))
        for shown in (
            "검증되었습니다",
            "급합니다.",
            "박담당",
            "지역경제과",
            "agenda:",
            bytes(signed[3].leaf_hash).hex(),
        ):
            assert shown in page
        told = get(client, "proof", signed[3].pk).json()
        hashed = sha(b"\x00", told["entry"].encode())
        assert hashed.hex() == told["leaf_hash"]
        second_verifier.check_entry(told, told["index"])
        # The way up, from the documentation: a bit of the index tells the side, as long as the tree is full there.
        index, last = told["index"], told["checkpoint"]["size"] - 1
        for beside in map(bytes.fromhex, told["proof"]):
            if index & 1 or index == last:
                hashed = sha(b"\x01", beside, hashed)
                while index and not index & 1:
                    index, last = index >> 1, last >> 1
            else:
                hashed = sha(b"\x01", hashed, beside)
            index, last = index >> 1, last >> 1
        assert hashed.hex() == told["checkpoint"]["root"]
        _name, size, root, body, tail = second_verifier.read_checkpoint(told["checkpoint"]["note"])
        assert (size, root) == (13, hashed)
        assert second_verifier.signed_by(body, tail, second_verifier.read_key(told["keys"][0]))

    def test_an_entry_on_its_way(self, client):
        [entry] = add(1)
        assert "순번을 기다리고" in text(get(client, "entry", entry.pk))
        assert get(client, "proof", entry.pk).json()["index"] is None
        operations.sequence()
        assert "서명 전입니다" in text(get(client, "entry", entry.pk))
        assert get(client, "proof", entry.pk).json()["checkpoint"] is None

    def test_damage_shows_on_the_page(self, client, signed):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE ground_record_node DISABLE TRIGGER USER")
            cursor.execute("UPDATE ground_record_node SET hash = sha256('x') WHERE level = 1 AND index = 0")
            cursor.execute("ALTER TABLE ground_record_node ENABLE TRIGGER USER")
        page = text(get(client, "entry", signed[3].pk))
        assert 'data-state="broken"' in page.partition("data-check")[0]
        assert 'data-state="broken"' in text(get(client, "range", first=3, last=9)).partition("data-check")[0]

    def test_a_range(self, client, signed):
        assert "검증되었습니다" in text(get(client, "range", first=2, last=9))
        told = get(client, "range_json", first=2, last=9).json()
        leaves = [sha(b"\x00", one["entry"].encode()) for one in told["entries"]]
        rest = list(map(bytes.fromhex, told["outside"]))

        def walk(low, high):
            if high <= 2 or low > 9:
                return rest.pop(0)
            if high - low == 1:
                return leaves.pop(0)
            half = 1
            while half * 2 < high - low:
                half *= 2
            return sha(b"\x01", walk(low, low + half), walk(low + half, high))

        assert walk(0, 13).hex() == told["checkpoint"]["root"]
        assert not rest

    @pytest.mark.parametrize(
        "query", [{"first": 5, "last": 2}, {"first": 0, "last": 13}, {"first": -1, "last": 2}, {"first": "x"}]
    )
    def test_ranges_that_are_not_there(self, client, signed, query):
        assert get(client, "range_json", **query).status_code == 400
        page = get(client, "range", **query)
        assert page.status_code == 200
        assert "alert--danger" in text(page)

    def test_two_checkpoints_in_either_order(self, client, signed):
        new, old = Checkpoint.objects.order_by("-id")
        for pair in ({"old": old.pk, "new": new.pk}, {"old": new.pk, "new": old.pk}):
            assert "검증되었습니다" in text(get(client, "consistency", **pair))
            told = get(client, "consistency_json", **pair).json()
            assert (told["old"]["size"], told["new"]["size"]) == (7, 13)
        assert get(client, "consistency_json", old=1, new=2**62).status_code == 404
        assert get(client, "consistency_json", old="x", new=1).status_code == 400
        assert get(client, "consistency_json", old=1, new=2**70).status_code in (400, 404)

    def test_an_entry_is_looked_up_by_its_place(self, client, signed):
        assert get(client, "verification", index=4).url == reverse("record:entry", args=[signed[4].pk])
        assert "아직 이 순번의 기록이 없습니다" in text(get(client, "verification", index=400))

    def test_proofs_may_be_read_from_anywhere(self, client, signed):
        assert get(client, "proof", signed[0].pk)["Access-Control-Allow-Origin"] == "*"
        note = get(client, "checkpoint_newest")
        assert note["Content-Type"] == "text/plain; charset=utf-8"
        assert notes.read_checkpoint(notes.read_note(text(note))).size == 13

    def test_a_forgotten_person_is_gone_from_page_and_proof(self, client, signed):
        operations.forget(person=signed[0].actor)
        page = text(get(client, "entry", signed[0].pk))
        assert "박담당" not in page
        assert "탈퇴한 사람" in page
        assert "검증되었습니다" in page
        assert "actor" not in json.dumps(get(client, "proof", signed[0].pk).json()["openings"])


class TestDeciding:
    def test_an_officer_signs_at_once(self, client, signed):
        client.force_login(officer_at(suwon()), "django.contrib.auth.backends.ModelBackend")
        assert "지금 서명하기" in text(get(client, "checkpoints"))
        client.post(reverse("record:checkpoints"))
        assert Checkpoint.objects.count() == 2, "nothing was added, nothing is signed"
        add(1)
        answer = client.post(reverse("record:checkpoints"))
        assert Checkpoint.objects.first().size == 14
        assert answer.url == reverse("record:checkpoint", args=[Checkpoint.objects.first().pk])

    def test_an_officer_withholds_words(self, client, signed):
        client.force_login(officer_at(suwon()), "django.contrib.auth.backends.ModelBackend")
        address = reverse("record:withholding", args=[signed[2].pk])
        assert client.get(address).status_code == 200
        assert client.post(address, {"why": ""}).status_code == 422
        client.post(address, {"why": "이웃의 이름이 있습니다."})
        page = text(get(client, "entry", signed[2].pk))
        assert "비공개로 전환되었습니다" in page
        assert "급합니다." not in page
        assert "검증되었습니다" in page
        assert client.post(address, {"why": "또"}).status_code == 422
        assert "이웃의 이름이 있습니다." in text(get(client, "list", kind="withheld"))

    def test_a_witness_is_named_and_signs_without_an_account(self, client, signed):
        key = notes.key_of(b"w" * 32, "council.example", notes.TIMED)
        admin = type(client)()
        admin.force_login(platform_admin(), "django.contrib.auth.backends.ModelBackend")
        assert admin.post(reverse("record:witnesses"), {"organization": "의회", "key": "x"}).status_code == 422
        admin.post(reverse("record:witnesses"), {"organization": "수원시의회", "key": key.text})
        newest = Checkpoint.objects.first()
        note = notes.read_note(newest.note)
        mine = notes.sign(note.body, seed=b"w" * 32, name="council.example", kind=notes.TIMED, seconds=1_790_000_000)
        # As a form sends it: lines end in CR LF.
        sent = notes.Note(note.body, (*note.signatures, mine)).text.replace("\n", "\r\n")
        strict = type(client)(enforce_csrf_checks=True)
        address = reverse("record:cosignatures", args=[newest.pk])
        assert strict.post(address, {"note": "nonsense"}).status_code == 422
        assert strict.post(address, {"note": sent}).status_code == 302
        assert "수원시의회" in text(get(client, "checkpoint", newest.pk))
        kept = second_verifier.read_checkpoint(text(get(client, "note", newest.pk)))
        assert second_verifier.signed_by(kept[3], kept[4], second_verifier.read_key(key.text))
        witness = Witness.objects.get()
        admin.post(reverse("record:witness_end", args=[witness.pk]))
        assert "종료" in text(get(client, "key"))
        assert strict.post(address, {"note": sent}).status_code == 422

    def test_signatures_do_not_arrive_without_end(self, client, signed, monkeypatch):
        monkeypatch.setattr(checkpoints, "COSIGNATURES", Limit(2, 3600))
        address = reverse("record:cosignatures", args=[Checkpoint.objects.first().pk])
        sent = {"note": "x\n\n— a AAAAAAAA\n"}
        answers = [text(client.post(address, sent, headers={"accept-language": "en"})) for _ in range(3)]
        assert ["Too many signatures" in one for one in answers] == [False, False, True]


def test_the_thread_leads_to_the_record(client, signed):
    item = signed[0].subject.partition(":")[2]
    page = text(client.get(reverse("agenda:thread", args=[item])))
    assert reverse("record:entry", args=[signed[0].pk]) in page


def test_the_key_on_its_page_is_the_key(client, signed):
    page = text(get(client, "key"))
    line = page.partition('record-key">')[2].partition("<")[0]
    assert len(base64.b64decode(line.split("+", 2)[2])) == 33
