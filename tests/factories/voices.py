"""Proposals with their subjects, supports and comments."""

from __future__ import annotations

from datetime import timedelta

import factory
from django.db.models import F
from django.utils import timezone
from factory.django import DjangoModelFactory

from madang.explore.proposals.models import Proposal
from madang.ground.agenda.models import Field
from madang.ground.participation.models import Amendment, Comment, Subject, Support
from tests.factories.people import UserFactory
from tests.factories.places import PlaceFactory


class SubjectFactory(DjangoModelFactory):
    class Meta:
        model = Subject

    kind = Proposal.KIND
    place = factory.SubFactory(PlaceFactory)
    created_at = factory.LazyFunction(timezone.now)


class ProposalFactory(DjangoModelFactory):
    """A proposal and its subject. `supporters=3` adds that many supports by new people, with the counts right."""

    class Meta:
        model = Proposal
        skip_postgeneration_save = True

    place = factory.SubFactory(PlaceFactory)
    created_at = factory.LazyFunction(timezone.now)
    subject = factory.SubFactory(
        SubjectFactory, place=factory.SelfAttribute("..place"), created_at=factory.SelfAttribute("..created_at")
    )
    author = factory.SubFactory(UserFactory)
    title = factory.Sequence(lambda n: f"버스 정류장에 그늘을 만들어 주세요 {n}")
    body = "한여름에 정류장에서 기다리는 어르신이 많습니다. 그늘막을 놓아 주세요."
    excerpt = factory.LazyAttribute(lambda proposal: proposal.body[:200])
    field = Field.LIVING_CULTURE

    @factory.post_generation
    def supporters(self, create, extracted, **kwargs):
        if not extracted:
            return
        people = UserFactory.create_batch(extracted)
        Support.objects.bulk_create(
            Support(subject_id=self.pk, user=person, created_at=self.created_at) for person in people
        )
        self.support_count = self.subject.support_count = extracted
        self.subject.save(update_fields=["support_count"])
        self.save(update_fields=["support_count"])


class CommentFactory(DjangoModelFactory):
    """A comment; the subject's counter follows."""

    class Meta:
        model = Comment
        skip_postgeneration_save = True

    subject = factory.SubFactory(SubjectFactory)
    author = factory.SubFactory(UserFactory)
    body = "저도 같은 생각입니다."
    created_at = factory.LazyFunction(timezone.now)

    class Params:
        hidden = factory.Trait(
            status="hidden", hidden_reason="욕설", hidden_rule=1, hidden_by=factory.SubFactory(UserFactory)
        )
        held = factory.Trait(status="held")

    @factory.post_generation
    def counted(self, create, extracted, **kwargs):
        if self.status == "shown":
            Subject.objects.filter(pk=self.subject_id).update(comment_count=F("comment_count") + 1)


class AmendmentFactory(DjangoModelFactory):
    """A suggestion of other words for a proposal."""

    class Meta:
        model = Amendment

    class Params:
        proposal = factory.SubFactory(ProposalFactory)

    subject = factory.LazyAttribute(lambda made: made.proposal.subject)
    author = factory.SubFactory(UserFactory)
    base_title = factory.LazyAttribute(lambda made: made.proposal.title)
    base_body = factory.LazyAttribute(lambda made: made.proposal.body)
    title = factory.LazyAttribute(lambda made: made.base_title)
    body = factory.LazyAttribute(lambda made: f"{made.base_body} 의자도 놓아 주세요.")
    reason = "앉을 곳도 필요합니다."
    created_at = factory.LazyFunction(timezone.now)


def many_proposals(count, *, place=None, author=None, now=None) -> list[Proposal]:
    """`count` proposals in two statements, a minute apart, newest last."""
    place, author, now = place or PlaceFactory(), author or UserFactory(), now or timezone.now()
    at = [now - timedelta(minutes=count - n) for n in range(count)]
    subjects = Subject.objects.bulk_create(Subject(kind="proposal", place=place, created_at=moment) for moment in at)
    return Proposal.objects.bulk_create(
        Proposal(
            subject=subject,
            place=place,
            author=author,
            title=f"제안 {n}",
            body=f"본문 {n}",
            excerpt=f"본문 {n}",
            field=Field.values[n % 5],
            created_at=subject.created_at,
        )
        for n, subject in enumerate(subjects)
    )
