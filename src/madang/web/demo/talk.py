"""The demo's talk: threads with offices answering, suggestions of change, reports and what became of them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from madang.ground.participation import operations, queries
from madang.ground.participation.models import (
    Acceptance,
    Amendment,
    AmendmentSupport,
    Comment,
    CommentSupport,
)
from madang.web.demo.source import Row, chance, moment, rows

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from madang.explore.proposals.models import Proposal
    from madang.ground.agenda.models import AgendaItem
    from madang.ground.people.models import User
    from madang.ground.places.models import Office, Place

# Rude words, an advertisement, and a sharp remark that is none: what moderators meet, made up.
RUDE = "이런 글 쓸 시간에 일이나 하세요. 한심한 사람들."
SHARP = "구청은 늘 하던 대로 검토만 하다가 끝낼 것입니다. 이번에도 다르지 않을 것이라고 봅니다."
APPEAL = (
    "앞으로의 일을 걱정한 의견이지 사실을 적은 것이 아닙니다. 행정을 비판하는 말까지 숨기면 아무도 말하지 않게 됩니다."
)
AD = "당일 승인 생활자금 https://a.invalid https://b.invalid https://c.invalid https://d.invalid 지금 문의하세요"
CONDUCT = rows("conduct")


@dataclass
class World:
    """Everything that the talk's keys name, and the comments made so far."""

    proposals: dict[str, Proposal]
    items: dict[str, AgendaItem]
    offices: dict[str, Office]
    people: dict[str, User]
    crowd: list[User]
    now: datetime
    made: dict[tuple[str, int], Comment] = field(default_factory=dict)

    def subject(self, key: str) -> int:
        return self.items[key].participation.pk if key in self.items else self.proposals[key].pk

    def person(self, key: str, salt: str) -> User:
        """A named one, the author of a proposal, or a resident drawn by the salt."""
        if key in self.people:
            return self.people[key]
        if key in self.proposals:
            return cast("User", self.proposals[key].author)
        return chance(salt).choice(self.crowd)


def load(
    *,
    proposals: dict[str, Proposal],
    items: dict[str, AgendaItem],
    places: dict[str, Place],
    offices: dict[str, Office],
    people: dict[str, User],
    crowd: list[User],
    now: datetime,
    say: Callable[[str], None],
) -> None:
    """Live the talk through, the oldest word first."""
    world = World(proposals, items, offices, people, crowd, now)
    everybody = [*people.values(), *crowd]
    Acceptance.objects.bulk_create(Acceptance(user=one, place=None, number=0, at=one.joined_at) for one in everybody)
    words = [
        (moment(now, one["days_ago"], f"talk:{row['on']}:{at}"), row["on"], at, one)
        for row in rows("talk")
        for at, one in enumerate(row["talk"])
    ]
    for at, on, number, one in sorted(words, key=lambda word: (-word[3]["days_ago"], word[1], word[2])):
        world.made[on, number] = _speak(world, on, number, one, at)
    for number, row in enumerate(rows("amendments")):
        _suggest(world, row, number)
    _moderate(world, places)
    say(f"{len(words)} remarks in threads, suggestions of change, reports and their decisions")


def _speak(world: World, on: str, number: int, one: Row, at: datetime) -> Comment:
    subject_id, parent = world.subject(on), None
    if one.get("re") == "first":
        parent = Comment.objects.filter(subject_id=subject_id, parent=None).order_by("pk").first()
    elif "re" in one:
        parent = world.made[on, one["re"]]
    added = operations.comment(
        subject_id=subject_id, by=world.person(one["by"], f"talker:{on}:{number}"), body=one["text"], now=at,
        parent_id=parent.pk if parent else None, office_id=world.offices[one["office"]].pk if "office" in one else None,
    ).comment  # fmt: skip
    helpers = [user for user in world.crowd if user.pk != added.author_id]
    found = chance(f"helpful:{on}:{number}").sample(helpers, one["helpful"])
    CommentSupport.objects.bulk_create(CommentSupport(comment=added, user=user, created_at=at) for user in found)
    Comment.objects.filter(pk=added.pk).update(support_count=len(found))
    if "edit" in one:
        later = at + timedelta(minutes=20)
        operations.edit_comment(comment_id=added.pk, by=added.author, body=one["edit"], now=later)
    return added


def _suggest(world: World, row: Row, number: int) -> None:
    proposal, at = world.proposals[row["on"]], moment(world.now, row["days_ago"], f"amendment:{number}")
    proposal.refresh_from_db()
    if proposal.status != "open" or proposal.answered_at:
        return  # at a city's size a resampled history may have answered it first
    title = proposal.title.replace(*row["title"]) if "title" in row else proposal.title
    made = operations.suggest(
        subject_id=proposal.pk, by=world.person(row["by"], f"suggester:{number}"), reason=row["reason"], now=at,
        words=operations.Words(title, proposal.body.replace(*row["change"])),
    ).amendment  # fmt: skip
    backers = chance(f"backers:{number}").sample(
        [one for one in world.crowd if one.pk != made.author_id], row["backed"]
    )
    AmendmentSupport.objects.bulk_create(AmendmentSupport(amendment=made, user=one, created_at=at) for one in backers)
    Amendment.objects.filter(pk=made.pk).update(support_count=len(backers))
    author, then = cast("User", proposal.author), at + timedelta(hours=20)
    if row.get("then") == "accepted":
        operations.accept(amendment_id=made.pk, by=author, now=then)
    elif row.get("then") == "declined":
        operations.decline(amendment_id=made.pk, by=author, answer=row["answer"], now=then)


def _moderate(world: World, places: dict[str, Place]) -> None:
    """One hidden and shown again on appeal, one hidden, one kept, one held, two that wait."""
    at = world.now - timedelta(days=6)
    suwon = next(one for one in world.proposals.values() if one.place_id == places["41110"].pk and one.is_visible)
    officer, above = world.people["of-suwon"], world.people["of-gg"]
    operations.publish_conduct(place=places["41110"], rules=CONDUCT, by=officer, now=at - timedelta(days=60))
    rude = _reported(world, suwon, RUDE, 1, "insult", 3, at)
    operations.decide(
        case_id=rude, outcome="hide", rule=1, by=officer, now=at + timedelta(hours=5),
        reason="사람을 깎아내리는 말입니다. 의견은 다시 적어 주시기 바랍니다.",
    )  # fmt: skip
    sharp = _reported(world, suwon, SHARP, 2, "false", 1, at + timedelta(hours=1))
    operations.decide(
        case_id=sharp, outcome="hide", rule=4, by=officer, now=at + timedelta(hours=9),
        reason="확인되지 않은 내용을 사실처럼 적었습니다.",
    )  # fmt: skip
    author = Comment.objects.get(body=SHARP).author
    operations.appeal(
        case_id=sharp, by=author, now=at + timedelta(hours=20),
        text=APPEAL,
    )  # fmt: skip
    operations.decide_appeal(
        case_id=sharp, overturns=True, by=above, now=at + timedelta(days=1),
        reason="행정에 대한 비판과 전망은 의견입니다. 규칙 4에 해당하지 않아 다시 공개합니다.",
    )  # fmt: skip
    kept = _reported(
        world, suwon, "그늘막보다 나무가 낫다는 말에 반대합니다. 나무는 십 년이 걸립니다.", 3, "off_topic", 1, at
    )
    operations.decide(
        case_id=kept, outcome="keep", by=officer, now=at + timedelta(hours=30), reason="주제에 대한 의견입니다.",
    )  # fmt: skip
    newcomer = chance("newcomer").choice(world.crowd)
    type(newcomer).objects.filter(pk=newcomer.pk).update(joined_at=at)
    newcomer.joined_at = at
    operations.comment(subject_id=suwon.pk, by=newcomer, body=AD, now=at + timedelta(hours=2))
    _reported(world, suwon, "이 골목 사람들은 원래 시끄럽습니다.", 4, "insult", 2, world.now - timedelta(days=1))
    other = next(one for one in world.proposals.values() if one.place_id != suwon.place_id and one.is_visible)
    _reported(world, other, "같은 말을 벌써 여러 번 들었습니다.", 5, "spam", 1, world.now - timedelta(hours=20))


def _reported(world: World, proposal: Proposal, body: str, salt: int, why: str, count: int, at: datetime) -> int:
    """A comment that so many people report; the id of its case."""
    people = chance(f"reported:{salt}").sample([one for one in world.crowd if one.pk != proposal.author_id], count + 1)
    said = operations.comment(subject_id=proposal.pk, by=people[0], body=body, now=at - timedelta(hours=3)).comment
    target = queries.target(comment_id=said.pk)
    found = [
        operations.report(target=target, by=one, category=why, text="", now=at + timedelta(minutes=n))
        for n, one in enumerate(people[1:])
    ]
    return found[0].case_id
