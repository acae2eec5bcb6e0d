"""No page costs more than a dozen queries, and none costs more with a thousand rows than with ten."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from madang.explore.proposals.models import DuplicateGroup, Evidence, GroupMember, Proposal, Theme, ThemeMember, ThemeRun
from madang.ground.agenda.models import AgendaItem, Field, Score, Stage
from madang.ground.agenda.operations import ensure_criteria
from madang.ground.participation.models import Comment, Notice, Subject, Support
from madang.ground.participation.search import index
from madang.ground.people.models import Role
from madang.ground.record.models import Entry
from madang.ground.record.operations import record
from madang.plan.routing.models import Assignment
from tests.factories import OfficeFactory, PlaceFactory, UserFactory, gyeonggi, many_proposals, platform_admin, suwon
from tests.web.test_access import MATRIX

pytestmark = pytest.mark.django_db
MOST = 12
SIZES = (10, 1000)
NOW = timezone.now()
