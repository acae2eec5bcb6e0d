"""Keyed hashes: what must be recognized again but not be read. The key is apart from the secret key of the site."""

from __future__ import annotations

import base64
import hashlib
import hmac

from cryptography.fernet import Fernet
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


def _key(purpose: str) -> bytes:
    if not settings.IDENTITY_KEY:
        raise ImproperlyConfigured("Set MADANG_IDENTITY_KEY: identities are hashed with it.")
    return hmac.digest(settings.IDENTITY_KEY.encode(), purpose.encode(), hashlib.sha256)


def digest(purpose: str, *parts: str) -> str:
    """The keyed hash of parts that belong together, for one purpose; 64 hexadecimal digits."""
    message = "\x1f".join(parts).encode()
    return hmac.digest(_key(purpose), message, hashlib.sha256).hex()


def seal(text: str) -> str:
    """Encrypt what the site itself must read again, such as the secret of an authenticator app."""
    return Fernet(base64.urlsafe_b64encode(_key("seal"))).encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    return Fernet(base64.urlsafe_b64encode(_key("seal"))).decrypt(sealed.encode()).decode()
