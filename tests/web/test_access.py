"""Who gets which answer at which address. The matrix is walked from the URL map: an address without a row fails.

Each row gives the answers to GET and to POST, one letter a role in the order of ROLES.
"""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import transaction
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone

from madang.engines.ledger import notes
from madang.explore.proposals.models import DuplicateGroup, GroupMember, Theme, ThemeMember, ThemeRun
from madang.ground.agenda.models import CoOwner, Partnership, Referral
from madang.ground.footing import jobs
from madang.ground.participation import operations, queries
from madang.ground.participation.delivery import tokens
from madang.ground.participation.models import Device, Notice, Watch
from madang.ground.participation.operations import issue_calendar_key
from madang.ground.participation.webhooks.operations import make_webhook, ping
from madang.ground.people.models import Role, User
from madang.ground.people.tokens.operations import make_token
from madang.ground.record.operations import add_witness, checkpoint, record
from madang.plan.routing.models import Assignment
from tests.factories import (
    AgendaItemFactory,
    AmendmentFactory,
    CommentFactory,
    OfficeFactory,
    PlaceFactory,
    ProposalFactory,
    UserFactory,
    gyeonggi,
    officer_at,
    platform_admin,
    staff_of,
    suwon,
)
from tests.web import budgets_world, deliberations_world, measures_world, orgs_world

pytestmark = pytest.mark.django_db

# anonymous, citizen, the author, staff of the office asked, staff of another office there, the officer of the place,
# the officer of the province above, an officer elsewhere, the platform's administrator
ROLES = ("anonymous", "citizen", "author", "staff", "colleague", "officer", "above", "elsewhere", "admin")
# Whose role has run out is a citizen; whoever was locked out is nobody, whatever their session says.
ALSO = {"expired": "citizen", "inactive": "anonymous"}
# o: answered (also a form sent back with its errors); i: sent to sign in; u: 401; f: 403; n: 404; m: 405
ALL, NEVER = "o" * 9, "m" * 9
SIGNED, SIGNED_NEVER = "i" + "o" * 8, "i" + "m" * 8
AUTHOR = "ifoffffff"
DESK, EDITORS = "iffoooooo", "iffffoooo"
# Deciding at Suwon; deciding in its province; speaking for an office there; speaking for the office asked.
DECIDES, ABOVE, ANSWERS, ASKED = "iffffoofo", "ifffffofo", "iffoooofo", "iffofffff"
CARRIES_OUT = "iffofoofo"
# Following work that the author asked for at Suwon; operating the site.
FOLLOWS, OPERATES = "ifoffoofo", "i" + "f" * 7 + "o"

# Name: (arguments in the world below, answers to GET, answers to POST[, what is sent])
MATRIX = {
    "home": ((), ALL, NEVER),
    # A lane asks for a ticket and nothing else; none of these requests has one.
    "lane": (("votes",), NEVER, "o" * 9),
    "language": ((), NEVER, ALL),
    "styleguide": ((), ALL, NEVER),
    "agenda:list": ((), ALL, NEVER),
    "agenda:thread": (("item",), ALL, NEVER),
    "agenda:evidence": (("item",), ALL, NEVER),
    "agenda:part": (("item", "plan"), ALL, NEVER),
    "agenda:scores": (("item",), ALL, DESK),
    "agenda:stage": (("item",), DECIDES, DECIDES),
    # A place that takes part writes on the record too: the officer elsewhere stands at the partner place.
    "agenda:notes": (("item",), "iffffoooo", "iffffoooo"),
    "agenda:revision": (("item",), DECIDES, DECIDES),
    "agenda:inspiration": (("item",), DECIDES, DECIDES),
    # Joint items, referrals, mergers.
    "agenda:desk": ((), EDITORS, SIGNED_NEVER),
    "agenda:partners": (("item",), ALL, DECIDES),
    "agenda:partner_answer": (("item", "invited"), NEVER, "iffffffoo"),
    "agenda:partner_ending": (("item", "partner"), NEVER, "iffffoooo"),
    "agenda:co_owners": (("item",), NEVER, DECIDES),
    "agenda:co_owner_ending": (("item", "co_owner"), NEVER, DECIDES),
    "agenda:referral": (("item",), ALL, DECIDES),
    "agenda:referral_answer": (("item", "referral"), NEVER, ABOVE),
    "agenda:referral_withdrawal": (("item", "referral"), NEVER, DECIDES),
    "agenda:merger": (("item",), DECIDES, DECIDES),
    "agenda:merger_undoing": (("item",), NEVER, DECIDES),
    "agenda:division": (("item",), DECIDES, DECIDES),
    # Feeds and calendars: public ones for everybody, one's own by its secret address.
    "feeds:index": ((), ALL, NEVER),
    "feeds:mine": ((), SIGNED, SIGNED),
    "feeds:revocation": ((), NEVER, SIGNED),
    "feeds:personal": (("calendar",), ALL, NEVER),
    "feeds:calendar": (("answers",), ALL, NEVER),
    "feeds:place": (("41110", "atom"), ALL, NEVER),
    "feeds:subject": (("proposal", "rss"), ALL, NEVER),
    "feeds:list": (("decisions", "atom"), ALL, NEVER),
    "search:search": ((), ALL, NEVER),
    "participation:me": ((), SIGNED, NEVER),
    # Notices and following
    "participation:notices": ((), SIGNED, NEVER),
    "participation:reading": ((), NEVER, SIGNED),
    "participation:notice": (("notice",), "inonnnnnn", NEVER),
    "participation:reading_of_one": (("notice",), NEVER, "inonnnnnn"),
    "participation:bell": ((), SIGNED, NEVER),
    "participation:notice_settings": ((), SIGNED, SIGNED),
    "participation:devices": ((), NEVER, SIGNED),
    "participation:device": (("device",), NEVER, "inonnnnnn", {"_method": "DELETE"}),
    "participation:address": ((), NEVER, SIGNED),
    "following:follow": (("proposal",), ALL, SIGNED),
    "following:muting": (("proposal",), NEVER, SIGNED),
    "following:watches": ((), SIGNED, SIGNED),
    "following:watch": (("watch",), NEVER, "inonnnnnn", {"_method": "DELETE"}),
    # Whoever holds the signed address; a mail service that signs; every browser.
    "unsubscribe": (("stop",), ALL, ALL),
    "bounces": ((), NEVER, "n" * 9),
    "push_worker": ((), ALL, NEVER),
    "participation:section": (("proposals",), SIGNED, NEVER),
    "proposals:list": ((), ALL, NEVER),
    "proposals:new": ((), SIGNED, SIGNED),
    "proposals:draft": ((), "uoooooooo", "uoooooooo"),
    "proposals:similar": ((), ALL, ALL),
    "proposals:detail": (("proposal",), ALL, NEVER),
    "proposals:edit": (("proposal",), AUTHOR, AUTHOR),
    "proposals:history": (("proposal",), ALL, NEVER),
    "proposals:neighbors": (("proposal",), ALL, NEVER),
    "proposals:support": (("proposal",), ALL, "iofoooooo"),
    "proposals:following": (("proposal",), ALL, SIGNED),
    "proposals:withdrawal": (("proposal",), AUTHOR, AUTHOR),
    "proposals:comment": (("proposal", "comment"), ALL, NEVER),
    # What people say, and how it is moderated. The comment, the suggestion and the case are of `author`.
    "talk:page": (("proposal",), ALL, NEVER),
    "talk:comments": (("proposal",), ALL, SIGNED),
    "talk:people": (("proposal",), "uoooooooo", NEVER),
    "talk:report": (("proposal",), SIGNED, SIGNED),
    "talk:amendments": (("proposal",), ALL, NEVER),
    "talk:amendment_new": (("proposal",), "iofoooooo", "iofoooooo"),
    "talk:comment": (("remark",), ALL, NEVER),
    "talk:comment_edit": (("remark",), AUTHOR, AUTHOR),
    "talk:comment_history": (("remark",), ALL, NEVER),
    "talk:comment_deletion": (("remark",), AUTHOR, AUTHOR),
    "talk:comment_support": (("remark",), ALL, "iofoooooo"),
    "talk:comment_blocking": (("remark",), "ionoooooo", "ionoooooo"),
    "talk:comment_report": (("remark",), SIGNED, SIGNED),
    "talk:comment_hiding": (("remark",), DECIDES, DECIDES, {"outcome": "hide", "rule": "1", "reason": "욕설"}),
    "talk:amendment": (("amendment",), ALL, NEVER),
    "talk:amendment_acceptance": (("amendment",), ALL, AUTHOR),
    "talk:amendment_refusal": (("amendment",), ALL, AUTHOR),
    "talk:amendment_withdrawal": (("amendment",), ALL, "ifffoffff"),
    "talk:amendment_support": (("amendment",), ALL, "iooofoooo"),
    "talk:amendment_report": (("amendment",), SIGNED, SIGNED),
    "talk:queue": ((), EDITORS, NEVER),
    "talk:case": (("case",), "ifoffoofo", NEVER),
    "talk:decision": (("case",), DECIDES, DECIDES, {"outcome": "restore", "reason": "다시 봄"}),
    "talk:appeal": (("case",), AUTHOR, AUTHOR, {"text": "다시 봐 주세요."}),
    "talk:appeal_decision": (("appealed",), "ifffffofo", "ifffffofo", {"outcome": "upheld", "reason": "욕설"}),
    "talk:conduct": (("41110",), ALL, NEVER),
    "talk:conduct_edition": (("41110",), DECIDES, DECIDES),
    "talk:transparency": ((), ALL, NEVER),
    # Deliberations: one that is open at Suwon.
    "deliberations:list": ((), ALL, NEVER),
    "deliberations:detail": (("deliberation",), ALL, NEVER),
    # It admits guests; who is barred from others, and why, is asked in tests/explore/deliberations.
    "deliberations:participation": (("deliberation",), NEVER, ALL),
    "deliberations:voting": (("deliberation",), ALL, NEVER),
    "deliberations:deck": (("deliberation",), "u" * 9, NEVER),
    "deliberations:votes": (("deliberation",), ALL, ALL),
    "deliberations:statements": (("deliberation",), ALL, NEVER),
    "deliberations:statement_new": (("deliberation",), ALL, ALL),
    "deliberations:similar": (("deliberation",), ALL, NEVER),
    "deliberations:new": ((), DECIDES, DECIDES, {"item": "item"}),
    "deliberations:settings": (("deliberation",), DECIDES, DECIDES),
    "deliberations:preparation": (("deliberation",), DECIDES, NEVER),
    "deliberations:preview": (("deliberation",), DECIDES, NEVER),
    "deliberations:seeds": (("deliberation",), NEVER, DECIDES),
    "deliberations:announcement": (("deliberation",), NEVER, DECIDES),
    "deliberations:extension": (("deliberation",), DECIDES, DECIDES),
    "deliberations:closure": (("deliberation",), DECIDES, DECIDES),
    "deliberations:moderation": (("deliberation",), DECIDES, NEVER),
    "deliberations:decision": (("statement",), NEVER, DECIDES, {"outcome": "show"}),
    "deliberations:wording": (("statement",), DECIDES, DECIDES),
    "deliberations:position": (("statement",), NEVER, DECIDES),
    "deliberations:removal": (("statement",), NEVER, DECIDES),
    # What its votes show; files of votes are the office's until voting has ended.
    "deliberations:load": ((), EDITORS, EDITORS),
    "deliberations:map": (("deliberation",), ALL, NEVER),
    "deliberations:map_points": (("deliberation",), ALL, NEVER),
    "deliberations:map_mine": (("deliberation",), ALL, NEVER),
    "deliberations:map_near": (("deliberation",), ALL, NEVER),
    "deliberations:map_replay": (("deliberation",), ALL, NEVER),
    "deliberations:map_embed": (("deliberation",), ALL, NEVER),
    "deliberations:screen": (("deliberation",), ALL, NEVER),
    "deliberations:code": (("deliberation",), ALL, NEVER),
    "deliberations:report": (("deliberation",), ALL, NEVER),
    "deliberations:report_pdf": (("deliberation",), ALL, NEVER),
    "deliberations:data": (("deliberation", "votes"), "fffffoofo", NEVER),
    "deliberations:taking": (("deliberation", "0"), DECIDES, DECIDES),
    "themes:list": ((), ALL, NEVER),
    "themes:detail": (("theme",), ALL, NEVER),
    "desk:inbox": ((), DESK, SIGNED_NEVER),
    "desk:selection": ((), SIGNED_NEVER, EDITORS),
    "desk:answer": (("proposal",), ANSWERS, ANSWERS),
    "desk:hiding": (("proposal",), DECIDES, DECIDES),
    "desk:promotion": ((), DECIDES, DECIDES, {"group": "group"}),
    "desk:evidence": ((), DECIDES, DECIDES, {"group": "group"}),
    "desk:groups": ((), EDITORS, SIGNED_NEVER),
    "desk:group": (("group",), DECIDES, SIGNED_NEVER),
    "desk:merge": (("group",), SIGNED_NEVER, DECIDES),
    "desk:separation": (("group",), SIGNED_NEVER, DECIDES),
    "desk:removal": (("group", "proposal"), SIGNED_NEVER, DECIDES),
    "desk:themes": ((), EDITORS, SIGNED_NEVER),
    "desk:computation": ((), SIGNED_NEVER, ABOVE, {"place": "41"}),
    "desk:theme_name": (("theme",), SIGNED_NEVER, ABOVE),
    "routing:desk": ((), DESK, SIGNED_NEVER),
    "routing:item": (("item",), ALL, NEVER),
    "routing:suggestion": (("item",), SIGNED_NEVER, DECIDES),
    "routing:assignment": (("item",), SIGNED_NEVER, DECIDES),
    "routing:answer": (("assignment",), SIGNED_NEVER, ASKED),
    # Measures: who begins one decides there; the office that carries it out enters what it did.
    "measures:list": ((), ALL, NEVER),
    "measures:detail": (("measure",), ALL, NEVER),
    "measures:new": (("item",), DECIDES, DECIDES),
    "measures:revision": (("measure",), CARRIES_OUT, CARRIES_OUT),
    "measures:status": (("measure",), SIGNED_NEVER, CARRIES_OUT),
    "measures:milestones": (("measure",), SIGNED_NEVER, CARRIES_OUT),
    "measures:day": (("measure", "step"), SIGNED_NEVER, CARRIES_OUT),
    "measures:completion": (("measure", "step"), SIGNED_NEVER, CARRIES_OUT),
    "measures:spendings": (("measure",), SIGNED_NEVER, CARRIES_OUT),
    "measures:photos": (("measure",), SIGNED_NEVER, CARRIES_OUT),
    "measures:removal": (("measure", "photo"), SIGNED_NEVER, CARRIES_OUT),
    # The public record: everybody reads and verifies; officers sign; the platform's administrator names witnesses.
    "record:list": ((), ALL, NEVER),
    "record:about": ((), ALL, NEVER),
    "record:entry": (("entry",), ALL, NEVER),
    "record:proof": (("entry",), ALL, NEVER),
    "record:withholding": (("entry",), DECIDES, DECIDES),
    "record:verification": ((), ALL, NEVER),
    "record:range": ((), ALL, NEVER),
    "record:range_json": ((), "b" * 9, NEVER),
    "record:consistency": ((), ALL, NEVER),
    "record:consistency_json": ((), "b" * 9, NEVER),
    "record:checkpoint_newest": ((), ALL, NEVER),
    "record:checkpoints": ((), ALL, EDITORS),
    "record:checkpoint": (("checkpoint",), ALL, NEVER),
    "record:note": (("checkpoint",), ALL, NEVER),
    "record:cosignatures": (("checkpoint",), NEVER, ALL),
    "record:key": ((), ALL, NEVER),
    "record:witnesses": ((), OPERATES, OPERATES),
    "record:witness_end": (("witness",), SIGNED_NEVER, OPERATES),
    "places:map": ((), ALL, NEVER),
    "places:detail": (("41110",), ALL, NEVER),
    # Long work and its operation: who asked for it, the desk of its place, the platform's administrator.
    "jobs:detail": (("progress",), FOLLOWS, SIGNED_NEVER),
    "jobs:cancellation": (("progress",), SIGNED_NEVER, FOLLOWS),
    "operate:jobs": ((), OPERATES, SIGNED_NEVER),
    "operate:repetition": (("failed_job",), SIGNED_NEVER, OPERATES),
    "operate:discard": (("failed_job",), SIGNED_NEVER, OPERATES),
    # People: one's own account, verification, profiles, guardians.
    "people:account": ((), SIGNED, NEVER),
    "people:profile": ((), SIGNED, SIGNED),
    "people:second_factor": ((), SIGNED, NEVER),
    "people:sessions": ((), SIGNED, NEVER),
    "people:sessions_ending": ((), NEVER, SIGNED),
    "people:session_ending": ((1,), NEVER, "i" + "n" * 8),
    "people:downloads": ((), SIGNED, SIGNED),
    "people:download": (("00000000-0000-0000-0000-000000000000",), "i" + "n" * 8, NEVER),
    "people:deletion": ((), SIGNED, SIGNED),
    "people:staying": ((), NEVER, SIGNED),
    "people:verification": ((), SIGNED, NEVER),
    "people:phone": ((), SIGNED, SIGNED),
    "people:phone_code": ((), SIGNED, SIGNED),
    "people:resident": ((), "i" + "n" * 8, NEVER),
    "people:resident_return": ((), SIGNED, NEVER),
    "people:slip": ((), SIGNED, SIGNED),
    "people:official": ((), SIGNED, SIGNED),
    "people:counter": ((), DESK, DESK),
    "people:detail": (("person",), ALL, NEVER),
    "people:waiting": ((), ALL, NEVER),
    "people:guardian": (("nothing",), "n" * 9, "n" * 9),
    "people:withdrawal": (("nothing",), NEVER, "n" * 9),
    "account_sessions": ((), ALL, None),
    # Organizations and the administration of places: the author represents one; nobody here but the platform's
    # administrator administers Suwon (see tests/ground/people/test_administration_pages.py for those who do).
    "organizations:list": ((), ALL, NEVER),
    "organizations:new": ((), SIGNED, SIGNED),
    "organizations:detail": (("organization",), ALL, NEVER),
    "organizations:edit": (("organization",), AUTHOR, AUTHOR),
    "organizations:closure": (("organization",), AUTHOR, AUTHOR),
    "organizations:verification": (("organization",), AUTHOR, AUTHOR),
    "organizations:invitations": (("organization",), SIGNED_NEVER, AUTHOR),
    "organizations:rank": (("organization", "member"), SIGNED_NEVER, AUTHOR),
    "organizations:representation": (("organization", "member"), SIGNED_NEVER, AUTHOR),
    "organizations:departure": (("organization", "member"), SIGNED_NEVER, AUTHOR),
    "invitations:detail": (("invited_token",), ALL, NEVER),
    "invitations:acceptance": (("invited_token",), SIGNED_NEVER, SIGNED),
    "invitations:own_acceptance": (("invitation",), SIGNED_NEVER, SIGNED),
    "invitations:letter": (("invitation",), SIGNED_NEVER, AUTHOR),
    "invitations:withdrawal": (("invitation",), SIGNED_NEVER, AUTHOR),
    "administration:overview": (("41110",), OPERATES, SIGNED_NEVER),
    "administration:roles": (("41110",), OPERATES, SIGNED_NEVER),
    "administration:invite": (("41110",), OPERATES, OPERATES),
    "administration:term": (("41110", "held_role"), OPERATES, OPERATES),
    "administration:ending": (("41110", "held_role"), "ifffofffo", "ifffofffo"),
    "administration:offices": (("41110",), OPERATES, SIGNED_NEVER),
    "administration:new_office": (("41110",), OPERATES, OPERATES),
    "administration:office": (("41110", "office_row"), OPERATES, OPERATES),
    "administration:retirement": (("41110", "office_row"), OPERATES, OPERATES),
    "administration:settings": (("41110",), OPERATES, SIGNED_NEVER),
    "administration:setting": (("41110", "answer_days"), OPERATES, OPERATES),
    "administration:places": (("41",), OPERATES, SIGNED_NEVER),
    "administration:succession": (("41110",), OPERATES, OPERATES),
    "administration:requests": (("41110",), DECIDES, SIGNED_NEVER),
    "administration:answer": (("41110", "request"), DECIDES, DECIDES),
    "places:figures": (("41110",), ALL, NEVER),
    "places:figures_table": (("41110",), ALL, NEVER),
    "setup:index": ((), OPERATES, OPERATES),
    "setup:template": ((), OPERATES, SIGNED_NEVER),
    "setup:detail": (("setup",), OPERATES, SIGNED_NEVER),
    "setup:application": (("setup",), SIGNED_NEVER, OPERATES),
    # The API: its own operations have their rows in test_access_api.py.
    "api-docs": ((), ALL, NEVER),
    "api-document": ((), ALL, NEVER),
    # Reauthentication (allauth's page) comes before making a token; nobody revokes somebody else's.
    "tokens:new": ((), SIGNED, SIGNED),
    "tokens:revocation": (("token",), NEVER, "inonnnnnn"),
    # Webhooks of the author: nobody else's, whatever their role.
    "webhooks:new": ((), SIGNED, SIGNED),
    "webhooks:detail": (("webhook",), "inonnnnnn", NEVER),
    "webhooks:test": (("webhook",), NEVER, "inonnnnnn"),
    "webhooks:secret": (("webhook",), NEVER, "inonnnnnn"),
    "webhooks:activity": (("webhook",), NEVER, "inonnnnnn"),
    "webhooks:redelivery": (("webhook", "delivery"), NEVER, "inonnnnnn"),
    "webhooks:removal": (("webhook",), NEVER, "inonnnnnn"),
    "account_login": ((), ALL, None),
    "account_logout": ((), ALL, ALL),
    "account_inactive": ((), ALL, None),
    "account_signup": ((), ALL, None),
    # Participatory budgets: read by everybody once they are public.
    "budgets:list": ((), ALL, NEVER),
    "budgets:detail": (("budget",), ALL, NEVER),
    "budgets:projects": (("budget",), ALL, NEVER),
    "budgets:project": (("budget", "number"), ALL, NEVER),
    "budgets:project_by_key": (("project",), ALL, NEVER),
    "budgets:comparison": (("budget",), ALL, NEVER),
    "budgets:project_map": (("budget",), ALL, NEVER),
    # Set up by the officers of the place and of the place above.
    "budgets:new": ((), EDITORS, EDITORS),
    "budgets:templates": ((), EDITORS, SIGNED_NEVER),
    "budgets:template": (("template",), DECIDES, DECIDES),
    "budgets:setup": (("budget",), DECIDES, SIGNED_NEVER),
    "budgets:setup_basics": (("budget",), DECIDES, DECIDES),
    "budgets:setup_pots": (("budget",), DECIDES, DECIDES),
    "budgets:setup_district_pots": (("budget",), SIGNED_NEVER, DECIDES),
    "budgets:setup_electorate": (("budget",), DECIDES, DECIDES),
    "budgets:setup_phases": (("budget",), DECIDES, DECIDES),
    "budgets:setup_ballot": (("budget",), DECIDES, DECIDES),
    "budgets:setup_simulator": (("budget",), DECIDES, DECIDES),
    "budgets:simulation": (("budget", "simulation"), DECIDES, SIGNED_NEVER),
    "budgets:publication": (("budget",), SIGNED_NEVER, DECIDES),
    "budgets:keep_template": (("budget",), SIGNED_NEVER, DECIDES),
    "budgets:gathering": (("budget",), DECIDES, DECIDES),
    "budgets:conflicts": (("budget",), DECIDES, DECIDES),
    "budgets:conflict": (("conflict",), SIGNED_NEVER, DECIDES),
    "budgets:cost": (("budget", "number"), DECIDES, DECIDES),
    "budgets:ties": (("budget", "number"), DECIDES, DECIDES),
    "budgets:asking": (("budget", "number"), DECIDES, DECIDES),
    # Ideas of whoever signs in, changed by their author; examined by the office that was asked.
    "budgets:idea": (("budget",), SIGNED, SIGNED),
    "budgets:of_proposal": (("proposal",), SIGNED, SIGNED, {"budget": "budget"}),
    "budgets:edit": (("budget", "number"), FOLLOWS, FOLLOWS),
    "budgets:withdrawal": (("budget", "number"), SIGNED_NEVER, FOLLOWS),
    "budgets:desk": ((), DESK, SIGNED_NEVER),
    "budgets:verdict": (("screening",), ASKED, ASKED),
    "budgets:appeal": (("screening",), SIGNED_NEVER, AUTHOR),
    # Voting and counting, of a budget that still gathers ideas: nothing to vote on, nothing published.
    "budgets:ballot": (("budget",), ALL, ALL),
    "budgets:voter": (("budget",), SIGNED_NEVER, SIGNED),
    "budgets:receipt": (("budget",), ALL, NEVER),
    "budgets:turnout": (("budget",), "n" * 9, NEVER),
    "budgets:paper": (("budget",), ANSWERS, SIGNED_NEVER),
    "budgets:paper_sheets": (("budget",), SIGNED_NEVER, ANSWERS),
    "budgets:paper_sheet": (("budget",), SIGNED_NEVER, ANSWERS),
    "budgets:paper_reading": (("budget",), ANSWERS, ANSWERS),
    "budgets:paper_decision": (("budget",), DECIDES, DECIDES),
    "budgets:count": (("budget",), DECIDES, DECIDES),
    "budgets:result_publication": (("budget",), SIGNED_NEVER, DECIDES),
    "budgets:what_if": (("budget",), SIGNED_NEVER, DECIDES),
    "budgets:result": (("budget",), ALL, NEVER),
    "budgets:result_project": (("budget", "number"), "n" * 9, NEVER),
    "budgets:mine": (("budget",), "i" + "n" * 8, SIGNED_NEVER),
    "budgets:minutes": (("budget",), "n" * 9, NEVER),
    "budgets:data": (("budget",), "n" * 9, NEVER),
    "budgets:ballots_pb": (("budget",), "n" * 9, NEVER),
    "budgets:ballots_csv": (("budget",), "n" * 9, NEVER),
    "budgets:receipts": (("budget",), "n" * 9, NEVER),
    "account_email": ((), SIGNED, SIGNED),
    "account_email_verification_sent": ((), ALL, None),
    "account_confirm_email": (("nothing",), ALL, None),
    "account_confirm_login_code": ((), "ioooooooo", None),
    "account_change_password": ((), SIGNED, SIGNED),
    "account_set_password": ((), SIGNED, SIGNED),
    "account_reauthenticate": ((), "i" + "f" * 8, None),
    "account_reset_password": ((), ALL, None),
    "account_reset_password_done": ((), ALL, None),
    "account_reset_password_from_key": (("1", "set-password"), ALL, None),
    "account_reset_password_from_key_done": ((), ALL, None),
}
# Addresses of packages: two-factor sign-in is for those who are signed in; the administration for none of these roles,
# since it asks for `is_staff`, which no role gives.
FAMILIES = {
    "mfa_": "i", "admin:": "iii", "socialaccount_": "i", "usersessions_": "i", "kakao_": "n", "naver_": "n", "oidc_": "n",
}  # fmt: skip
OPEN = {
    "admin:login": "ooo", "admin:logout": "ooo", "socialaccount_login_cancelled": "o",
    "socialaccount_login_error": "u", "usersessions_list": "o",
}  # fmt: skip
API = "api:"


def addresses(resolver=None, spaces=(), keys=()):
    """Every pattern of the site as (name with its namespaces, pattern, names of its arguments)."""
    for one in (resolver or get_resolver()).url_patterns:
        named = (*keys, *one.pattern.regex.groupindex)
        if isinstance(one, URLPattern):
            yield ":".join([*spaces, one.name or "?"]), one, named
        else:
            yield from addresses(one, (*spaces, one.namespace) if one.namespace else spaces, named)


def _voices(place, author):
    """Two nearly equal voices in a group and a theme."""
    proposal, other = ProposalFactory(place=place, author=author), ProposalFactory(place=place)
    now = timezone.now()
    group = DuplicateGroup.objects.create(place=place, found_at=now, engine_version="t", size=2)
    run = ThemeRun.objects.create(
        place=gyeonggi(), engine_version="t", seed=1, input_digest="0" * 64, voices=2, unassigned=0, computed_at=now
    )
    theme = Theme.objects.create(run=run, label=["그늘", "정류장"], size=2, cohesion=0.5, monthly=[0] * 12)
    for rank, one in enumerate((proposal, other)):
        GroupMember.objects.create(group=group, proposal=one, score=0.9)
        ThemeMember.objects.create(theme=theme, proposal=one, rank=rank)
    return proposal, group, theme


def _work(author, place, now):
    """Long work that the author asked for."""
    return jobs.start(
        task="tests.access", key="access", label="Work", by_id=author.pk, place_id=place.pk, now=now
    ).progress.pk


def _recorded(place, now) -> dict[str, int]:
    """An entry of the public record, a checkpoint over it, and a witness."""
    entry = record(kind="note", subject="agenda:1", place=place, by=None, now=now, reason="까닭")
    key = notes.key_of(b"w" * 32, "council.example").text
    witness = add_witness(organization="의회", key=key, now=now)
    return {"entry": entry.pk, "checkpoint": checkpoint(now=now).pk, "witness": witness.pk}


def _talk(proposal, people):
    """A remark and two hidden ones of the author, one of them appealed against, and a colleague's suggestion."""
    remark = CommentFactory(subject=proposal.subject, author=people["author"])
    cases = []
    for _ in range(2):
        target = queries.target(comment_id=CommentFactory(subject=proposal.subject, author=people["author"]).pk)
        decision = operations.take_up(target=target, rule=1, reason="욕설", by=people["officer"], now=timezone.now())
        cases.append(decision.case_id)
    operations.appeal(case_id=cases[1], by=people["author"], text="다시 봐 주세요.", now=timezone.now())
    made = AmendmentFactory(subject=proposal.subject, proposal=proposal, author=people["colleague"])
    return {"remark": remark.pk, "case": cases[0], "appealed": cases[1], "amendment": made.pk}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """One thing of each kind at Suwon, and one person of each role; undone after the last row."""
    with django_db_blocker.unblock(), transaction.atomic():
        place, author = suwon(), UserFactory()
        gangnam = PlaceFactory(code="11680", name_ko="강남구", parent__code="11", parent__name_ko="서울특별시")
        office = OfficeFactory(place=place)
        people = {
            "citizen": UserFactory(),
            "author": author,
            "staff": staff_of(office),
            "colleague": staff_of(OfficeFactory(place=place)),
            "officer": officer_at(place),
            "above": officer_at(gyeonggi()),
            "elsewhere": officer_at(gangnam),
            "admin": platform_admin(),
        }
        people |= {"expired": officer_at(place), "inactive": officer_at(place)}
        people["expired"].roles.update(expires_at=timezone.now() - timedelta(minutes=1))
        proposal, group, theme = _voices(place, author)
        item, now = AgendaItemFactory(place=place, created_by=people["officer"]), timezone.now()
        assignment = Assignment.objects.create(
            item=item, office=office, follows_suggestion=False, reason="소관입니다.", assigned_by=people["officer"],
            assigned_at=now, due_at=now, escalates_at=now,
        )  # fmt: skip
        seoul = gangnam.parent
        partner = Partnership.objects.create(
            item=item, place=gangnam, reason="함께", invited_at=now, answered_at=now, status="accepted"
        )
        invited = Partnership.objects.create(
            item=item, place=PlaceFactory(code="11650", name_ko="서초구", parent=seoul), reason="함께", invited_at=now
        )
        Role.objects.create(user=people["elsewhere"], kind="officer", place=invited.place)
        referral = Referral.objects.create(
            item=item, origin=place, target=gyeonggi(), reason="도에서", asked_at=now, due_at=now + timedelta(days=7)
        )
        co_owner = CoOwner.objects.create(item=item, office=OfficeFactory(place=place), reason="공동", added_at=now)
        notice = Notice.objects.create(
            user=author, kind="answered", text={"message": "m"}, url="/", key="k", created_at=now
        )
        device = Device.objects.create(user=author, endpoint="https://p/1", p256dh="p", auth="a", created_at=now)
        watch = Watch.objects.create(user=author, place=place, created_at=now)
        talk = _talk(proposal, people)
        things = {
            **talk,
            "item": item.pk, "notice": notice.pk, "proposal": proposal.pk,
            "device": device.pk, "watch": watch.pk, "stop": tokens.token(author, "group:talk"), "comment": CommentFactory(subject=proposal.subject).pk,
            "theme": theme.pk, "group": group.pk, "assignment": assignment.pk, "partner": partner.pk, "invited": invited.pk,
            **_recorded(place, now),
            "person": author.pk, "referral": referral.pk, "calendar": issue_calendar_key(by=author, now=now), "co_owner": co_owner.pk,
            "progress": _work(author, place, now), "failed_job": 1,
            "office": office.pk, "token": _token(author, now), **_webhook(author, now),
        } | orgs_world.for_access(author, place, office, people["colleague"]) | budgets_world.for_access(people, place, office, now)  # fmt: skip
        things |= deliberations_world.for_access(author, place)
        things |= measures_world.for_access(place, office)
        sessions = {role: _session(user) for role, user in people.items()}
        User.objects.filter(pk=people["inactive"].pk).update(is_active=False)
        yield SimpleNamespace(people=people, things=things, sessions=sessions)
        transaction.set_rollback(True)


def _token(owner, now) -> int:
    made = make_token(by=owner, name="검사", scopes=["read"], lifetime=timedelta(days=1), now=now)
    return made.token.pk


def _webhook(owner, now) -> dict[str, int]:
    kept = make_webhook(by=owner, name="검사", url="https://example.org/", kinds=[], place=None, now=now)
    delivery = ping(webhook_id=kept.webhook.pk, by=owner, now=now)
    return {"webhook": kept.webhook.pk, "delivery": delivery.pk}


def _session(user) -> str:
    """Sign in once; the key is used for every row."""
    client = Client()
    client.force_login(user, "django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def answer_of(response) -> str:
    """The letter of a response."""
    if response.status_code in (301, 302):
        return "i" if "/login/" in response.url.partition("?")[0] else "o"
    return {401: "u", 403: "f", 404: "n", 405: "m", 400: "b"}.get(response.status_code, "o")


def ask(world, role, method, path, data=None) -> str:
    """Ask as somebody, and leave nothing behind."""
    client = Client()
    with transaction.atomic():
        if role != "anonymous":
            client.cookies["sessionid"] = world.sessions[role]
        answer = answer_of(getattr(client, method)(path, data or {}))
        transaction.set_rollback(True)
    return answer


def expected_of(letters: str) -> dict[str, str]:
    """The answer that each role is to get, those of ALSO included."""
    answers = dict(zip(ROLES, letters, strict=True))
    return answers | {role: answers[like] for role, like in ALSO.items()}


def test_every_address_has_a_row():
    names = [name for name, *_ in addresses() if not name.startswith((*FAMILIES, API))]
    assert set(names) - {"?"} == set(MATRIX), "Give each new address a row in MATRIX, and take out those that are gone."
    # The uploaded pictures, and four former addresses of allauth that lead on to the present ones.
    assert names.count("?") == 5, "Name the new address and give it a row."


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("name", MATRIX)
def test_each_role_gets_its_answer(world, name, method):
    arguments, on_get, on_post, *sent = MATRIX[name]
    expected = on_get if method == "get" else on_post
    if expected is None:
        pytest.skip("its own package answers for this")
    data = {key: world.things.get(value, value) for key, value in (sent[0] if sent else {}).items()}
    path = reverse(name, args=[world.things.get(one, one) for one in arguments])
    answers = {role: ask(world, role, method, path, data) for role in (*ROLES, *ALSO)}
    assert answers == expected_of(expected)


# Addresses that also answer other methods than GET and POST: to whom.
OTHERS = {
    ("budgets:template", "delete"): DECIDES,
    ("proposals:draft", "put"): "uoooooooo",
    ("proposals:draft", "delete"): "uoooooooo",
    ("proposals:support", "delete"): SIGNED,
    ("proposals:following", "delete"): SIGNED,
    ("talk:comment_support", "delete"): SIGNED,
    ("talk:amendment_support", "delete"): SIGNED,
    ("following:follow", "delete"): SIGNED,
    ("following:muting", "delete"): SIGNED,
    ("following:watch", "delete"): "inonnnnnn",
    ("participation:device", "delete"): "inonnnnnn",
}


@pytest.mark.parametrize("name", MATRIX)
def test_no_other_method_finds_a_side_door(world, name):
    """PUT, PATCH and DELETE change nothing where no row says so; HEAD is answered as GET is."""
    arguments, on_get, *_rest = MATRIX[name]
    path = reverse(name, args=[world.things.get(one, one) for one in arguments])
    for method in ("put", "patch", "delete"):
        answers = {role: ask(world, role, method, path) for role in (*ROLES, *ALSO)}
        if (letters := OTHERS.get((name, method))) is not None:
            assert answers == expected_of(letters), method
        elif not name.startswith("account_"):
            assert "o" not in answers.values(), (method, answers)
    for role in ("anonymous", "citizen", "officer"):
        assert ask(world, role, "head", path) in {expected_of(on_get)[role], "m"}


@pytest.mark.parametrize("family", FAMILIES)
def test_families_of_addresses(world, family):
    for name, _pattern, keys in addresses():
        if name.startswith(family) and not name.endswith(":?"):
            arguments = {key: {"app_label": "auth"}.get(key, "1") for key in keys}
            expected = OPEN.get(name, FAMILIES[family])
            answers = [ask(world, role, "get", reverse(name, kwargs=arguments)) for role in ROLES[: len(expected)]]
            assert "".join(answers) == expected, name


@pytest.mark.parametrize(
    "name", ["agenda:thread", "agenda:stage", "proposals:detail", "desk:answer", "desk:group", "routing:item"]
)
def test_what_is_not_there_is_not_found(world, name):
    path = reverse(name, args=[2**62])
    assert ask(world, "admin", "get", path) == "n"
    assert ask(world, "admin", "get", reverse("places:detail", args=["99999"])) == "n"
