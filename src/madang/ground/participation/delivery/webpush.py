"""Web push (RFC 8030, encrypted after RFC 8291, signed after RFC 8292)."""

from __future__ import annotations

import json
import os
import re
from fnmatch import fnmatchcase
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from madang.ground.participation.delivery.outbox import Dropped, Failed, Sent
from madang.ground.participation.delivery.tokens import absolute
from madang.ground.participation.models import Device
from madang.ground.participation.queries.notices import told

if TYPE_CHECKING:
    from datetime import datetime

    from py_vapid import Vapid02

    from madang.ground.participation.delivery.outbox import Outcome
    from madang.ground.participation.models import Delivery, Notice

SECONDS = 10
ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:\d+)?")
DAY = 24 * 3600
GONE = {404, 410}


class PushRefusedError(Exception):
    """An endpoint that is no push service, or none that this site sends to. The message says what to do next."""


def check_endpoint(endpoint: str) -> None:
    """Raise PushRefusedError unless it belongs to a push service that the operators allow.

    A browser hands us this address, and our worker will call it: it must not lead into our own network.
    """
    parts = urlsplit(endpoint)
    origin = f"{parts.scheme}://{parts.netloc}"
    if not (ORIGIN.fullmatch(origin) and any(fnmatchcase(origin, allowed) for allowed in settings.PUSH_SERVICES)):
        raise PushRefusedError(_("This browser uses a push service to which the site does not send. Mail goes on."))


def is_set_up() -> bool:
    """Whether there are keys (`madang push-keys` makes them)."""
    return bool(settings.VAPID_PRIVATE_KEY) or Path(settings.VAPID_FILE).exists()


def _key() -> Vapid02:
    path = Path(settings.VAPID_FILE)
    stamp = path.stat().st_mtime_ns if path.exists() else 0
    return _loaded(settings.VAPID_PRIVATE_KEY, str(path), stamp)


@lru_cache(maxsize=4)
def _loaded(given: str, path: str, stamp: int) -> Vapid02:
    del stamp  # the file was replaced
    from py_vapid import Vapid02

    return Vapid02.from_string(given) if given else Vapid02.from_pem(Path(path).read_bytes())


def public_key() -> str:
    """The key that browsers ask for when they subscribe; "" where none is set up."""
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
    from py_vapid.utils import b64urlencode

    if not is_set_up():
        return ""
    return b64urlencode(_key().public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint))


def make_keys() -> bool:
    """Make the site's key pair, once: with another one every browser would have to subscribe again."""
    from py_vapid import Vapid02

    if is_set_up():
        return False
    keys, path = Vapid02(), Path(settings.VAPID_FILE)
    keys.generate_keys()
    path.parent.mkdir(parents=True, exist_ok=True)
    # Made beside and moved there, readable by the owner only: no moment in which half a key or an open one stands.
    beside = path.with_suffix(".new")
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(keys.private_pem())
    beside.replace(path)
    return True


def payload(delivery: Delivery, notice: Notice) -> str:
    """What the service worker shows; `tag` lets a push that comes twice replace itself."""
    with override(delivery.user.language):
        (line,) = told([notice])
        body = line.title if line.title and line.title not in line.text else ""
        words = {"title": line.text[:200], "body": body[:200], "url": absolute(line.url), "tag": f"notice-{line.pk}"}
        return json.dumps(words | {"lang": delivery.user.language})


def push(delivery: Delivery, *, now: datetime) -> Outcome:
    """Send to every browser of the person; done when one took it. Browsers that are gone are forgotten."""
    devices = list(Device.objects.filter(user=delivery.user))
    if not devices or delivery.notice is None:
        return Dropped("no browser takes push any more")
    if not is_set_up():
        return Failed("there are no keys for push: run `madang push-keys`", final=True)
    text, problems = payload(delivery, delivery.notice), []
    for device in devices:
        problem = _push_one(device, text, delivery)
        if problem is None:
            Device.objects.filter(pk=device.pk).update(reached_at=now)
        else:
            problems.append(problem)
    if len(problems) < len(devices):
        return Sent(f"{len(devices) - len(problems)} of {len(devices)} browsers")
    left = Device.objects.filter(user=delivery.user).exists()
    return Failed("; ".join(problems)) if left else Dropped("no browser takes push any more")


def _push_one(device: Device, text: str, delivery: Delivery) -> str | None:
    """Send to one browser; what went wrong, or None."""
    import pywebpush
    import requests

    try:
        check_endpoint(device.endpoint)
    except PushRefusedError:
        return "not an allowed push service"
    session = requests.Session()
    # No proxies or passwords from the environment, and no leading elsewhere.
    session.trust_env, session.max_redirects = False, 0
    keys = {"p256dh": device.p256dh, "auth": device.auth}
    try:
        pywebpush.webpush(
            {"endpoint": device.endpoint, "keys": keys}, text, _key(), {"sub": f"mailto:{settings.DEFAULT_FROM_EMAIL}"},
            timeout=SECONDS, ttl=DAY, requests_session=session,
            headers={"Topic": f"n{delivery.notice_id}", "Urgency": "normal"},
        )  # fmt: skip
    except pywebpush.WebPushException as error:
        status = error.response.status_code if error.response is not None else 0
        if status in GONE:
            device.delete()
        return f"{status or type(error).__name__}"
    except requests.RequestException as error:
        return type(error).__name__
    except ValueError as error:
        # Keys that are no keys: a browser never sends such, and no retry mends them.
        device.delete()
        return type(error).__name__
    finally:
        session.close()
    return None
