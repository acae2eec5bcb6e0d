import io
import re

import pytest
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from PIL import Image as Pillow

from madang.explore.proposals.models import Proposal, Revision
from madang.explore.proposals.operations import writing
from madang.explore.proposals.operations.writing import Text
from madang.explore.proposals.queries.detail import history
from madang.ground.participation.models import SearchDocument
from madang.ground.participation.operations import TooManyError
from madang.ground.record.models import Entry
from madang.ground.record.queries import entries_of
from tests.factories import AgendaItemFactory, ProposalFactory, UserFactory, suwon

pytestmark = pytest.mark.django_db
NOW = timezone.now()
TYPED = Text("정류장에 그늘막을 놓아 주세요", "한여름에 **어르신**이 서서 기다립니다.")


def write(by=None, **changes):
    return writing.write(by=by or UserFactory(), place=suwon(), typed=changes.pop("typed", TYPED), now=NOW, **changes)


def test_what_is_written_is_published_and_will_be_found():
    proposal = write().proposal
    assert proposal.excerpt == "한여름에 어르신이 서서 기다립니다."
    assert (proposal.status, proposal.language, proposal.subject.place) == ("open", "ko", suwon())
    assert SearchDocument.objects.get(pk=proposal.pk).waiting


def test_personal_data_is_masked_and_the_writer_is_told():
    written = write(typed=Text("전화 주세요 010-1234-5678", "메일은 a@b.kr, 통장 110-123-456789"))
    assert written.masked == {"phone": 1, "email": 1, "account": 1}
    assert "1234" not in written.proposal.title + written.proposal.body


@pytest.mark.parametrize(
    "typed", [Text(" ", "글"), Text("제목", "\u200b \n"), Text("가" * 151, "글"), Text("제", "나" * 20_001)]
)
def test_empty_and_endless_texts_are_refused(typed):
    with pytest.raises(writing.UnfitTextError):
        write(typed=typed)
    assert not Proposal.objects.exists()


def test_half_a_point_is_no_point():
    assert write(typed=Text("제목", "글", latitude=37.2)).proposal.latitude is None


def test_five_an_hour_and_no_more():
    user = UserFactory()
    for _ in range(5):
        write(by=user)
    with pytest.raises(TooManyError, match="분 뒤"):
        write(by=user)
    write()  # others are not kept waiting


def test_an_edit_keeps_the_words_it_replaces():
    proposal = write().proposal
    change = Text("정류장에 그늘막과 의자를 놓아 주세요", TYPED.body)
    writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=change, now=NOW)
    writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=change, now=NOW)  # nothing changed: no version
    revision = Revision.objects.get()
    assert (revision.number, revision.title) == (1, TYPED.title)
    proposal.refresh_from_db()
    latest, first = history(proposal)
    assert [piece.text for piece in latest.title if piece.kind == "added"] == ["그늘막과 의자를 "]
    assert first.first


def test_an_edit_masks_too_and_is_indexed_anew():
    proposal = write().proposal
    SearchDocument.objects.update(waiting=False)
    written = writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=Text("제목", "010-1234-5678"), now=NOW)
    assert written.masked == {"phone": 1}
    assert SearchDocument.objects.get(pk=proposal.pk).waiting


def test_only_its_writer_edits_and_withdraws():
    proposal = write().proposal
    for operation in (writing.edit, writing.withdraw):
        extra = {"typed": TYPED} if operation is writing.edit else {}
        with pytest.raises(PermissionDenied):
            operation(proposal_id=proposal.pk, by=UserFactory(), now=NOW, **extra)


@pytest.mark.parametrize("status", ["answered", "promoted", "hidden", "withdrawn"])
def test_words_on_which_others_build_are_fixed(status):
    extra = {"agenda_item": AgendaItemFactory()} if status == "promoted" else {}
    proposal = ProposalFactory(status=status, **extra)
    with pytest.raises(writing.NotEditableError):
        writing.edit(proposal_id=proposal.pk, by=proposal.author, typed=TYPED, now=NOW)


def test_withdrawing_is_recorded_and_hides_it_from_search():
    proposal = write().proposal
    writing.withdraw(proposal_id=proposal.pk, by=proposal.author, now=NOW, reason="이사합니다")
    writing.withdraw(proposal_id=proposal.pk, by=proposal.author, now=NOW)
    entry = entries_of(proposal.record_key).get()
    assert (entry.kind, entry.reason, entry.data) == (Entry.Kind.WITHDRAWN, "이사합니다", {"previous_status": "open"})
    assert not SearchDocument.objects.get(pk=proposal.pk).visible


def test_a_hidden_proposal_is_not_withdrawn_past_the_office():
    proposal = ProposalFactory(status="hidden")
    with pytest.raises(writing.NotWithdrawableError):
        writing.withdraw(proposal_id=proposal.pk, by=proposal.author, now=NOW)


def jpeg():
    out = io.BytesIO()
    Pillow.new("RGB", (50, 40), "orange").save(out, "JPEG")
    return SimpleUploadedFile("내 사진.jpg", out.getvalue(), "image/jpeg")


class TestPages:
    @pytest.fixture
    def writer(self, client):
        user = UserFactory(home=suwon())
        client.force_login(user)
        return user

    def form(self, **changes):
        return {"title": TYPED.title, "body": TYPED.body, "place": "41110", "field": "jobs", **changes}

    def test_ones_own_home_is_chosen_already(self, client, writer):
        assert '<option value="41110" selected>' in client.get(reverse("proposals:new")).content.decode()

    def test_a_visitor_is_asked_to_sign_in(self, client):
        assert "login" in client.get(reverse("proposals:new"))["Location"]

    def test_a_proposal_with_a_picture_and_a_point(self, client, writer):
        form = self.form(latitude="37.26", longitude="127.03", image_1=jpeg(), alt_1="빈 정류장")
        answer = client.post(reverse("proposals:new"), form)
        proposal = Proposal.objects.get()
        assert answer["Location"] == proposal.get_absolute_url()
        assert (proposal.latitude, proposal.images.get().description) == (37.26, "빈 정류장")
        page = client.get(answer["Location"]).content.decode()
        assert 'alt="빈 정류장"' in page
        assert "data-draft-done" in page

    def test_what_was_masked_is_shown(self, client, writer):
        answer = client.post(reverse("proposals:new"), self.form(body="010-1234-5678로 주세요"), follow=True)
        assert "[전화번호]" in answer.content.decode()
        assert any("1" in str(message) for message in answer.context["messages"])

    @pytest.mark.parametrize(
        "mistake", [{"title": ""}, {"place": "99999"}, {"latitude": "37"}, {"body": "나" * 20_001}, {"latitude": "x"}]
    )
    def test_a_mistake_loses_nothing_typed(self, client, writer, mistake):
        answer = client.post(reverse("proposals:new"), self.form(**{"body": "한참 걸려 쓴 글", **mistake}))
        assert answer.status_code == 422
        assert (mistake.get("body") or "한참 걸려 쓴 글")[:500] in answer.content.decode()
        assert not Proposal.objects.exists()

    def test_a_broken_picture_is_a_mistake_in_the_form(self, client, writer):
        broken = SimpleUploadedFile("x.jpg", b"not a picture", "image/jpeg")
        answer = client.post(reverse("proposals:new"), self.form(image_1=broken))
        assert answer.status_code == 422
        assert "x.jpg" in answer.content.decode()

    def test_too_many_in_an_hour_keep_the_text_as_a_draft(self, client, writer):
        for _ in range(5):
            writing.write(by=writer, place=suwon(), typed=TYPED, now=timezone.now())
        answer = client.post(reverse("proposals:new"), self.form(body="여섯째 글"))
        assert answer.status_code == 429
        assert writer.proposal_draft.fields["body"] == "여섯째 글"

    def test_looking_for_similar_ones_needs_no_script(self, client, writer):
        answer = client.post(reverse("proposals:new"), self.form(check="1"))
        assert answer.status_code == 200
        assert TYPED.body in answer.content.decode()
        assert writer.proposal_draft.fields["title"] == TYPED.title
        assert not Proposal.objects.exists()

    def test_similar_ones_come_as_a_fragment(self, client, writer, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            other = write().proposal
        found = client.post(
            reverse("proposals:similar"), {"title": "정류장 그늘막", "body": ""}, headers={"HX-Request": "true"}
        )
        html = found.content.decode()
        assert "<html" not in html
        assert other.get_absolute_url() in html
        assert "<mark>" in html
        assert f"/proposals/{other.pk}/support" in html
        assert "HX-Request" in found["Vary"]

    def test_the_edit_page_tells_why_words_are_fixed(self, client, writer):
        proposal = ProposalFactory(author=writer, status="answered", answered_at=NOW)
        answer = client.get(reverse("proposals:edit", args=[proposal.pk]))
        assert answer.status_code == 200
        assert "<textarea" not in answer.content.decode()

    def test_editing_and_its_history(self, client, writer):
        proposal = writing.write(by=writer, place=suwon(), typed=TYPED, now=NOW).proposal
        answer = client.post(
            reverse("proposals:edit", args=[proposal.pk]), self.form(body="고친 글입니다."), follow=True
        )
        assert "고친 글입니다." in answer.content.decode()
        page = client.get(reverse("proposals:history", args=[proposal.pk])).content.decode()
        assert re.search(r"<ins>(<span[^>]*>[^<]*</span>)?고친", page)
        assert "<del>" in page

    def test_pictures_can_be_taken_off_and_added(self, client, writer):
        client.post(reverse("proposals:new"), self.form(image_1=jpeg(), alt_1="하나"))
        proposal = Proposal.objects.get()
        form = self.form(remove=[proposal.images.get().pk], image_1=jpeg(), alt_1="둘")
        client.post(reverse("proposals:edit", args=[proposal.pk]), form)
        assert [image.description for image in proposal.images.all()] == ["둘"]

    def test_others_may_not_edit(self, client, writer):
        assert client.get(reverse("proposals:edit", args=[ProposalFactory().pk])).status_code == 403

    def test_withdrawing_asks_first(self, client, writer):
        proposal = ProposalFactory(author=writer)
        url = reverse("proposals:withdrawal", args=[proposal.pk])
        assert client.get(url).status_code == 200
        assert Proposal.objects.get().status == "open"
        client.post(url, {"reason": ""})
        assert Proposal.objects.get().status == "withdrawn"
        client.logout()
        assert proposal.body not in client.get(proposal.get_absolute_url()).content.decode()
