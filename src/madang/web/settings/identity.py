"""Who may vouch for a person at sign-in: OpenID Connect providers, Kakao and Naver, each only where it has its keys."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ImproperlyConfigured

if TYPE_CHECKING:
    from collections.abc import Mapping

NEEDED = ("id", "name", "issuer", "client_id", "secret")
SIMPLE = {"kakao": ("KAKAO", "카카오"), "naver": ("NAVER", "네이버")}


def providers(environment: Mapping[str, str]) -> dict[str, Any]:
    """Allauth's SOCIALACCOUNT_PROVIDERS from the environment.

    MADANG_OIDC_PROVIDERS is a JSON list of objects with id, name, issuer, client_id and secret; `trust_email` (default
    true) says whether an address that the provider calls verified may open an existing account.
    """
    found: dict[str, Any] = {"oidc": {"APPS": [_oidc(one) for one in _rows(environment)]}}
    for provider, (name, label) in SIMPLE.items():
        key, secret = environment.get(f"MADANG_{name}_KEY", ""), environment.get(f"MADANG_{name}_SECRET", "")
        apps = [{"name": label, "client_id": key, "secret": secret}] if key else []
        # Neither says reliably that an address was confirmed, so neither opens an account that exists.
        found[provider] = {"APPS": apps, "EMAIL_AUTHENTICATION": False}
    return found


def _rows(environment: Mapping[str, str]) -> list[dict[str, Any]]:
    text = environment.get("MADANG_OIDC_PROVIDERS", "").strip() or "[]"
    try:
        rows = json.loads(text)
    except ValueError as error:
        raise ImproperlyConfigured(f"MADANG_OIDC_PROVIDERS is not JSON: {error}") from error
    if not isinstance(rows, list):
        raise ImproperlyConfigured("MADANG_OIDC_PROVIDERS is a list: put the provider in square brackets.")
    for row in rows:
        if missing := [name for name in NEEDED if not (isinstance(row, dict) and row.get(name))]:
            raise ImproperlyConfigured(f"A provider in MADANG_OIDC_PROVIDERS lacks {', '.join(missing)}.")
    return rows


def _oidc(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "provider_id": row["id"],
        "name": row["name"],
        "client_id": row["client_id"],
        "secret": row["secret"],
        "settings": {
            "server_url": row["issuer"].rstrip("/"),
            "email_authentication": bool(row.get("trust_email", True)),
        },
    }
