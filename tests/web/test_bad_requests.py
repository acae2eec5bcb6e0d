"""Requests that no form of ours sends: damaged, hostile, forged, or for what somebody may not see."""

from __future__ import annotations

import base64
import json
from html.parser import HTMLParser
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import Answer, Draft, Hiding, Proposal
from madang.explore.proposals.operations import moderation, promotion, writing
from madang.ground.agenda.models import AgendaItem
from madang.ground.participation.models import Comment, Notice, Subject
from madang.ground.participation.search import index
from madang.ground.people.models import User
from madang.ground.record.models import Entry
from madang.ground.record.operations import record
from tests.factories import CommentFactory, ProposalFactory, UserFactory, suwon
from tests.web.test_access import MATRIX, addresses, world  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db
BACKEND = "django.contrib.auth.backends.ModelBackend"


def signed_in(user, **options) -> Client:
    client = Client(**options)
    client.force_login(user, BACKEND)
    return client


def packed(value) -> str:
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


NONSENSE = {
    "empty": "",
    "null byte": "버스\x00정류장",
    "huge": "청년 일자리 " * 3000,
    "not base64": "%%%한글",
    "deep": packed("[" * 1000),
    "wrong kinds": packed([{}, "x", None]),
    "foreign": packed(["2026-01-01", 1, 0]),
    "no zone": packed(["2026-01-01T00:00:00", 1, 0]),
    "dawn of time": packed(["0001-01-01T00:00:00+14:00", 1, 0]),
    "end of time": packed(["9999-12-31T23:59:59-14:00", 1, 0]),
    "dawn as a keyset": packed([False, {"t": "0001-01-01T00:00:00+14:00"}, 1]),
    "big numbers": packed([False, 10**60, 10**60]),
    "truth": packed([True, True, True]),
    "infinite": packed('[Infinity,NaN,"x"]'),
    "negative": "-1",
    "long number": "9" * 60,
    "arabic digits": "٣",
    "superscript": "²",
    "lone surrogate": "\ud800".encode("utf-8", "surrogatepass"),
}
CURSORS = {"cursor", "after", "before", "items", "assignments", "reply", "exclude", "theme", "group", "voices"}
TEXTS = ("empty", "null byte", "huge", "lone surrogate", "not base64")
QUERIES = {
    "proposals:list": ("q", "cursor", "place", "field", "status", "order", "theme"),
    "proposals:detail": ("after", "reply"),
    "proposals:similar": ("title", "body", "exclude"),
    "proposals:new": ("place",),
    "deliberations:list": ("after", "place", "state"),
    "deliberations:deck": ("besides",),
    "deliberations:votes": ("after",),
    "deliberations:statements": ("after",),
    "deliberations:similar": ("text",),
    "deliberations:moderation": ("after", "status"),
    "deliberations:new": ("item", "theme"),
    "agenda:list": ("after", "stage", "place", "field"),
    "agenda:evidence": ("after",),
    "themes:list": ("place", "order"),
    "places:map": ("measure",),
    "participation:notices": ("before",),
    "participation:section": ("before",),
    "desk:inbox": ("after", "tab", "place", "field", "order"),
    "desk:groups": ("after", "status"),
    "desk:themes": ("place",),
    "desk:promotion": ("voices", "theme", "group"),
    "desk:evidence": ("voices", "theme", "group"),
    "routing:desk": ("items", "assignments"),
    "budgets:list": ("place", "after"),
    "budgets:projects": ("q", "pot", "place", "field", "status", "order", "after"),
    "budgets:comparison": ("number",),
    "budgets:desk": ("after",),
    "budgets:gathering": ("q", "theme"),
}


def path_of(world, name) -> str:  # noqa: F811
    return reverse(name, args=[world.things.get(one, one) for one in MATRIX[name][0]])


@pytest.mark.parametrize("nonsense", NONSENSE)
def test_no_query_breaks_a_page(world, nonsense):  # noqa: F811
    client = signed_in(world.people["admin"])
    broken = []
    for name, parameters in QUERIES.items():
        for parameter in parameters:
            if parameter not in CURSORS and nonsense not in TEXTS:
                continue
            more = {"q": "버스", "order": "newest"} if parameter == "cursor" and nonsense == "foreign" else {}
            sent = urlencode({parameter: NONSENSE[nonsense], **more})
            response = client.get(f"{path_of(world, name)}?{sent}")
            # 401: who has not joined a deliberation is told so, whatever else they ask.
            if response.status_code not in (200, 302, 400, 401, 404):
                broken.append((name, parameter, response.status_code))
    assert broken == []


@pytest.mark.parametrize("order", ["newest", "supported", "due", "relevance"])
def test_no_cursor_breaks_an_order(db, order):
    ProposalFactory()
    for nonsense in NONSENSE.values():
        sent = urlencode({"order": order, "cursor": nonsense, "q": "버스" if order == "relevance" else ""})
        assert Client().get(f"/proposals/?{sent}").status_code == 200, (order, nonsense)


@pytest.mark.parametrize(
    "path",
    [
        "/places/%00/",
        "/places/%F0%9F%92%A5/",
        "/places/" + "9" * 300 + "/",
        "/me/%ff/",
        "/media/%00",
        "/media/../settings.py",
    ],
)
def test_no_path_breaks_the_site(world, path):  # noqa: F811
    assert signed_in(world.people["admin"]).get(path).status_code in (400, 404)


def test_no_number_in_a_path_breaks_the_site(world):  # noqa: F811
    client = signed_in(world.people["admin"])
    others = {"fmt": "atom", "code": "41110", "key": "proposal"}
    for name, pattern, keys in addresses():
        kinds = {key: type(kind).__name__ for key, kind in pattern.pattern.converters.items()}
        if "IntConverter" in kinds.values() and not name.startswith("admin:"):
            numbers = {key for key, kind in kinds.items() if kind == "IntConverter"}
            path = reverse(name, kwargs={key: 10**30 if key in numbers else others.get(key, "x") for key in keys})
            for method in ("get", "post", "delete", "put"):
                assert getattr(client, method)(path).status_code < 500, (name, method)


@pytest.mark.parametrize("nonsense", ["null byte", "huge", "lone surrogate", "long number"])
def test_no_form_breaks_on_nonsense(world, nonsense):  # noqa: F811
    client, value = signed_in(world.people["officer"]), NONSENSE[nonsense]
    fields = ("title", "body", "text", "reason", "name", "summary", "place", "field", "office", "stage", "parent", "latitude",
              "longitude", "next", "language", "canonical", "voices", "sources", "value_daily_life", "note_daily_life", "choice",
              "decision", "seen", "item", "to", "exclude", "remove", "_method")  # fmt: skip
    for name, (_, _, on_post, *_) in MATRIX.items():
        if on_post and "o" in on_post and not name.startswith("account_"):
            response = client.post(path_of(world, name), dict.fromkeys(fields, value))
            assert response.status_code < 500, (name, response.status_code)


def test_a_draft_in_pieces_is_refused(db):
    client = signed_in(UserFactory())
    for body in (b"[1, 2", b"[]", b"null", b"\xff\xfe", b'{"title": "' + b"[" * 5000):
        assert client.put("/proposals/draft", body, content_type="application/json").status_code == 400
    for body in (b'{"title": {"a": [1]}}', b'{"title": "\\u0000"}', b'{"title": "\\ud800"}'):
        assert client.put("/proposals/draft", body, content_type="application/json").status_code in (204, 400)
    assert client.get("/proposals/new").status_code == 200


# What only markup could do


class Finder(HTMLParser):
    """Collect everything in a page that could run or lead to a script."""

    def __init__(self):
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag, attributes):
        for key, value in attributes:
            scheme = "".join((value or "").split()).lower()
            if key.startswith("on") or key == "style" or scheme.startswith(("javascript:", "data:text", "vbscript:")):
                self.found.append(f"<{tag} {key}={value}>")
        if tag == "img" and (dict(attributes).get("src") or "").startswith(("http", "//")):
            self.found.append(f"<img {dict(attributes)}>")
        if tag in {"iframe", "object", "embed", "base", "math"} or (
            tag == "script" and "nonce" not in dict(attributes)
        ):
            self.found.append(f"<{tag} {dict(attributes)}>")


HOSTILE = "\"'><script>alert(1)</script><img src=x onerror=alert(2)><svg/onload=alert(3)>{{ 7*7 }}%(x)s"
MARKDOWN = f"{HOSTILE}\n\n[나](javascript:alert(4)) [너](JaVaScRiPt&colon;alert(5)) ![그림](https://evil.example/x.png)\n<iframe src=//evil>"


def assert_harmless(response, place: str) -> None:
    finder = Finder()
    finder.feed(response.content.decode())
    assert finder.found == [], place
    assert "script-src 'nonce-" in response.headers["Content-Security-Policy"], place


def _poison(world) -> None:  # noqa: F811
    """Put hostile text into everything that people write."""
    now = timezone.now()
    Proposal.objects.update(title=HOSTILE[:150], body=MARKDOWN, excerpt=HOSTILE[:200])
    Comment.objects.update(body=MARKDOWN)
    User.objects.update(display_name=HOSTILE[:40], bio=HOSTILE[:200])
    AgendaItem.objects.update(title=HOSTILE[:120], summary=MARKDOWN)
    proposal = Proposal.objects.get(pk=world.things["proposal"])
    office = proposal.place.offices.first()
    Answer.objects.create(proposal=proposal, office=office, author=None, body=MARKDOWN, answered_at=now)
    Proposal.objects.filter(pk=proposal.pk).update(answered_at=now)
    Notice.objects.update(text={"message": "“%(title)s” %(x)s", "params": {"title": HOSTILE, "x": 1}})
    record(kind=Entry.Kind.NOTE, subject=f"agenda:{world.things['item']}", place=proposal.place, by=world.people["officer"],
           now=now, reason=HOSTILE)  # fmt: skip
    promotion.add_evidence(
        item=AgendaItem.objects.get(pk=world.things["item"]),
        proposals=[proposal.pk],
        by=world.people["officer"],
        now=now,
    )
    type(proposal.theme_memberships.first().theme).objects.update(name=HOSTILE[:80])


@pytest.mark.parametrize("role", ["anonymous", "author", "admin"])
def test_what_people_write_is_only_text(world, role):  # noqa: F811
    _poison(world)
    client = Client() if role == "anonymous" else signed_in(world.people[role])
    seen = 0
    for name, (_, on_get, *_) in MATRIX.items():
        if on_get != "m" * 9 and not name.startswith(("account_", "media", "language")):
            response = client.get(
                path_of(world, name), {"group": world.things["group"], "q": HOSTILE, "title": HOSTILE, "next": HOSTILE}
            )
            assert response.status_code < 500, name
            if response.status_code == 200 and response.headers["Content-Type"].startswith("text/html"):
                assert_harmless(response, name)
                seen += 1
            elif response.status_code == 200:
                # Browsers must not read as a page what says that it is none.
                assert response.headers["X-Content-Type-Options"] == "nosniff", name
    assert seen > 12


def test_what_is_searched_for_is_only_text(db):
    ProposalFactory(title=HOSTILE[:150])
    for path in ("/proposals/", "/proposals/similar", "/agenda/", "/themes/"):
        assert_harmless(Client().get(path, {"q": HOSTILE, "title": HOSTILE, "place": HOSTILE, "order": HOSTILE}), path)


def test_the_language_form_leads_nowhere_else(db):
    for target in (
        "https://evil.example/",
        "//evil.example",
        "javascript:alert(1)",
        "\\\\evil.example",
        "/\\evil.example",
        "http:evil",
    ):
        assert Client().post("/language", {"language": "en", "next": target}).url == "/"


# Forged


UNGUARDED = ["lane", "language", "unsubscribe", "bounces", "record:cosignatures"]


def test_every_post_needs_its_token(world):  # noqa: F811
    unguarded = []
    client = signed_in(world.people["admin"], enforce_csrf_checks=True)
    for name, (_, _, on_post, *_) in MATRIX.items():
        if on_post != "m" * 9 and client.post(path_of(world, name)).status_code != 403:
            unguarded.append(name)
    # A preference; and what carries its own signature: a ticket to vote, a link in a mail, a mail service's report, a
    # witness' note.
    assert unguarded == UNGUARDED


@pytest.mark.parametrize("method", ["put", "delete"])
def test_other_methods_need_the_token_too(world, method):  # noqa: F811
    client = signed_in(world.people["author"], enforce_csrf_checks=True)
    for name in ("proposals:draft", "proposals:support", "proposals:following"):
        assert getattr(client, method)(path_of(world, name)).status_code in (403, 405), name


# Not one's own


def test_nobody_reads_anothers_draft_or_notices(db):
    writer, other, now = UserFactory(), UserFactory(), timezone.now()
    Draft.objects.create(user=writer, fields={"title": "비밀초안제목", "body": "비밀초안본문"}, saved_at=now)
    notice = Notice.objects.create(
        user=writer, kind="answered", text={"message": "비밀알림"}, url="/proposals/1/", key="own", created_at=now
    )
    client = signed_in(other)
    for path in ("/proposals/new", "/proposals/draft", "/me/proposals/", "/me/supports/", "/me/notices/"):
        assert "비밀" not in client.get(path, follow=True).content.decode(), path
    assert client.get(f"/me/notices/{notice.pk}").status_code == 404
    client.post("/me/notices/reading")
    client.delete("/proposals/draft")
    notice.refresh_from_db()
    assert notice.read_at is None
    assert Draft.objects.filter(user=writer).exists()
    assert "비밀초안" in signed_in(writer).get("/proposals/new").content.decode()


# Not shown any more


@pytest.fixture
def gone(world):  # noqa: F811
    """Three voices that all stood on the agenda, in a theme and in the search, now hidden, withdrawn and merged."""
    now, author, officer = timezone.now(), world.people["author"], world.people["officer"]
    standing = Proposal.objects.get(pk=world.things["proposal"])
    theme = standing.theme_memberships.first().theme
    made = {}
    for fate in ("hidden", "withdrawn", "merged"):
        one = ProposalFactory(
            place=suwon(), author=author, title=f"사라질제목{fate}", body=f"사라질본문{fate} 무지개다리", supporters=40
        )
        theme.members.create(proposal=one, rank=10 + one.pk)
        CommentFactory(subject=one.subject, body=f"사라질댓글{fate}")
        made[fate] = one
    index.mark_waiting([standing.pk, *(one.pk for one in made.values())])
    index.index_waiting()
    item = AgendaItem.objects.get(pk=world.things["item"])
    promotion.add_evidence(item=item, proposals=[made["hidden"].pk, made["withdrawn"].pk], by=officer, now=now)
    record(
        kind=Entry.Kind.ANSWERED, subject=made["hidden"].record_key, place=suwon(), by=officer, now=now, reason="회신"
    )
    moderation.hide(proposal=made["hidden"], reason="욕설이 있습니다", by=officer, now=now)
    writing.withdraw(proposal_id=made["withdrawn"].pk, by=author, now=now)
    Proposal.objects.filter(pk=made["merged"].pk).update(status="merged", merged_into=standing)
    return made


PUBLIC = ("/", "/proposals/", "/proposals/?order=supported", "/proposals/?order=due", "/proposals/?q=무지개다리", "/proposals/?q=사라질본문hidden",
          "/proposals/similar?title=무지개다리+사라질제목hidden", "/themes/", "/places/", "/places/41110/", "/places/41/", "/agenda/")  # fmt: skip


@pytest.mark.parametrize("role", ["anonymous", "citizen", "colleague"])
def test_what_is_gone_is_gone_everywhere(world, gone, role):  # noqa: F811
    client = Client() if role == "anonymous" else signed_in(world.people[role])
    own = ["proposals:neighbors", "themes:detail", "agenda:thread", "agenda:evidence", "routing:item"]
    standing = Proposal.objects.get(pk=world.things["proposal"])
    assert standing.title in client.get("/proposals/", {"q": standing.title}).content.decode(), (
        "the search works at all"
    )
    leaks = []
    for path in [*PUBLIC, *(path_of(world, name) for name in own), "/desk/"]:
        text = client.get(path).content.decode()
        shown = text.replace("q=사라질본문hidden", "")
        leaks += [
            (path, fate)
            for fate in ("hidden", "withdrawn")
            if f"사라질제목{fate}" in shown.replace("무지개다리 사라질제목hidden", "") or f"본문{fate} 무지개" in shown
        ]
    for fate in ("hidden", "withdrawn"):
        for page in ("", "history", "neighbors"):
            text = client.get(f"/proposals/{gone[fate].pk}/{page}", follow=True).content.decode()
            leaks += [(f"{fate}/{page}", word) for word in ("제목", "본문", "댓글") if f"사라질{word}{fate}" in text]
    assert not leaks, leaks


def test_the_reason_stands_where_the_text_stood(world, gone):  # noqa: F811
    text = Client().get(gone["hidden"].get_absolute_url()).content.decode()
    assert "욕설이 있습니다" in text and Hiding.objects.filter(proposal=gone["hidden"], lifted_at=None).exists()


def test_what_is_gone_is_not_counted(world, gone):  # noqa: F811
    from madang.explore.proposals.queries import overview, themes

    place = suwon()
    standing = Proposal.objects.filter(place=place, status__in=Proposal.VISIBLE).count()
    assert overview.counts_by_place()[place.pk] == standing
    found = themes.detail(world.things["theme"], now=timezone.now())
    assert (
        found.located
        == Proposal.objects.filter(theme_memberships__theme=found.theme, status__in=Proposal.VISIBLE).count()
    )


@pytest.mark.parametrize("path", ["/proposals/{}/support", "/talk/subjects/{}/comments", "/proposals/{}/following"])
def test_nothing_can_be_added_to_what_is_gone(world, gone, path):  # noqa: F811
    client = signed_in(UserFactory())
    for one in gone.values():
        before = Subject.objects.values_list("support_count", "comment_count", "follower_count").get(pk=one.pk)
        assert client.post(path.format(one.pk), {"body": "그래도", "conduct": "on"}).status_code < 500
        if one.pk != gone["merged"].pk:
            assert (
                Subject.objects.values_list("support_count", "comment_count", "follower_count").get(pk=one.pk) == before
            )


def test_a_hidden_comment_shows_only_its_reason(world):  # noqa: F811
    proposal = Proposal.objects.get(pk=world.things["proposal"])
    CommentFactory(subject=proposal.subject, body="숨은댓글", hidden=True, hidden_reason="광고입니다")
    text = Client().get(proposal.get_absolute_url()).content.decode()
    assert "광고입니다" in text and "숨은댓글" not in text
