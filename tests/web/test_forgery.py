import pytest
from django.test import Client
from django.urls import reverse

from tests.factories import UserFactory


@pytest.mark.django_db
def test_an_expired_form_gives_back_what_was_typed():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    answer = client.post(reverse("proposals:new"), {"body": "버스가 <b>너무</b> 늦게 옵니다. 배차를 늘려 주십시오."})
    assert answer.status_code == 403
    assert "버스가 &lt;b&gt;너무&lt;/b&gt; 늦게 옵니다." in answer.content.decode()
