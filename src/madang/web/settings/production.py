"""Behind TLS. MADANG_SECRET_KEY and MADANG_ALLOWED_HOSTS must be set."""

import os

from django.core.exceptions import ImproperlyConfigured

from madang.web.settings.base import *

if len(SECRET_KEY) < 50:
    command = "python -c 'import secrets; print(secrets.token_urlsafe(64))'"
    msg = f"Set MADANG_SECRET_KEY to at least 50 random characters ({command})."
    raise ImproperlyConfigured(msg)
if len(IDENTITY_KEY) < 32:
    msg = "Set MADANG_IDENTITY_KEY to at least 32 random characters, apart from MADANG_SECRET_KEY, and never change it."
    raise ImproperlyConfigured(msg)
FORCE_SECOND_FACTOR = os.environ.get("MADANG_FORCE_MFA", "1") == "1"
SECURE_SSL_REDIRECT = True
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# One proxy with TLS stands before the site, unless the operator says otherwise; 0: none whose headers are believed.
TRUSTED_PROXIES = int(os.environ.get("MADANG_TRUSTED_PROXIES", "1"))
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TRUSTED_PROXIES else None
LOGGING["loggers"]["madang.access"]["level"] = (
    "WARNING" if os.environ.get("MADANG_ACCESS_LOG", "on") == "off" else "INFO"
)
