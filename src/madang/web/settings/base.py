"""Settings of every deployment. What a place may choose lives in the database; what an operator chooses, here.

Every variable that is read from the environment begins with MADANG_ (or is DATABASE_URL) and is listed in
docs/deploy/settings.md, which a test keeps complete.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_lazy as _

from madang.web.settings.database import from_url
from madang.web.settings.identity import providers

PACKAGE = Path(__file__).resolve().parents[2]
DATA_DIR = Path(os.environ.get("MADANG_DATA_DIR", "data")).resolve()


def _list(name: str, default: str = "") -> list[str]:
    return [part.strip() for part in os.environ.get(name, default).split(",") if part.strip()]


DEBUG = False
SECRET_KEY = os.environ.get("MADANG_SECRET_KEY", "")
ALLOWED_HOSTS = _list("MADANG_ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = _list("MADANG_TRUSTED_ORIGINS")
BASE_URL = os.environ.get("MADANG_BASE_URL", "http://localhost:8000")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "madang.web.urls"
WSGI_APPLICATION = "madang.web.wsgi.application"
AUTH_USER_MODEL = "ground_people.User"

INSTALLED_APPS = [
    "madang.web",
    "madang.ground.footing",
    "madang.ground.places",
    "madang.ground.people",
    "madang.ground.record",
    "madang.ground.agenda",
    "madang.ground.participation",
    "madang.explore.proposals",
    "madang.explore.deliberations",
    "madang.plan.routing",
    "madang.plan.measures",
    "madang.plan.budgets",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "template_partials",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.kakao",
    "allauth.socialaccount.providers.naver",
    "madang.ground.people.oidc",
    "allauth.usersessions",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "madang.web.operation.probes.Probes",
    "madang.web.operation.requests.RequestLog",
    "django.middleware.security.SecurityMiddleware",
    "madang.web.middleware.ContentSecurityPolicy",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "madang.web.middleware.AnonymousPageCache",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "madang.ground.people.middleware.SessionActivity",
    "madang.ground.people.middleware.SecondFactor",
    "madang.ground.people.middleware.LeavingSite",
    "madang.web.api.door.ApiDoor",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [PACKAGE / "web" / "templates"],
        "OPTIONS": {
            "loaders": [
                (
                    "template_partials.loader.Loader",
                    [
                        (
                            "django.template.loaders.cached.Loader",
                            [
                                "django.template.loaders.filesystem.Loader",
                                "django.template.loaders.app_directories.Loader",
                            ],
                        )
                    ],
                )
            ],
            "builtins": ["template_partials.templatetags.partials"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "madang.web.context.site",
            ],
        },
    }
]

# Set by `madang serve` for its web processes: so many requests in Django at once share twice as many connections (one
# that streams its answer holds its own) and those of the lanes.
SERVER_THREADS = int(os.environ.get("MADANG_SERVER_THREADS", "0"))
DATABASES = {
    "default": from_url(
        os.environ.get("DATABASE_URL", "postgresql:///madang"), pool=2 * SERVER_THREADS + 4 if SERVER_THREADS else 0
    )
}
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "madang"}}
SESSION_ENGINE = "django.contrib.sessions.backends.db"

FORMAT_MODULE_PATH = "madang.web.formats"
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [PACKAGE / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    # What is handed to one person alone never lies among the uploads.
    "private": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": DATA_DIR / "private", "base_url": None},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_URL = "/media/"
MEDIA_ROOT = DATA_DIR / "media"

AUTHENTICATION_BACKENDS = [
    "rules.permissions.ObjectPermissionBackend",
    "django.contrib.auth.backends.ModelBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "display_name*", "password1*"]
ACCOUNT_SIGNUP_FORM_CLASS = "madang.ground.people.forms.SignupForm"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = os.environ.get("MADANG_EMAIL_VERIFICATION", "mandatory")
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_USER_DISPLAY = "madang.ground.people.queries.display_name"
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
# How many proxies of ours stand before the site: their number tells which address in X-Forwarded-For to believe.
ALLAUTH_TRUSTED_PROXY_COUNT = int(os.environ.get("MADANG_TRUSTED_PROXIES", "0"))
ACCOUNT_ADAPTER = "madang.ground.people.adapters.AccountAdapter"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BASE_URL.startswith("https") else "http"
MFA_ADAPTER = "madang.ground.people.adapters.MFAAdapter"
MFA_FORMS = {"add_webauthn": "madang.ground.people.forms_security.PasskeyForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Madang"
# Officials (and whoever may enter the administration) hold no role in force until they have a second factor.
FORCE_SECOND_FACTOR = os.environ.get("MADANG_FORCE_MFA", "") == "1"
SOCIALACCOUNT_ADAPTER = "madang.ground.people.adapters.SocialAccountAdapter"
SOCIALACCOUNT_AUTO_SIGNUP = False
SOCIALACCOUNT_EMAIL_AUTHENTICATION_AUTO_CONNECT = True
SOCIALACCOUNT_PROVIDERS = providers(os.environ)
# The key under which identities are hashed: apart from the secret key, so that changing that one loses nobody.
IDENTITY_KEY = os.environ.get("MADANG_IDENTITY_KEY", "")
OFFICIAL_DOMAINS = _list("MADANG_OFFICIAL_DOMAINS")
SMS_GATEWAY = os.environ.get("MADANG_SMS_GATEWAY", "")
SMS_GATEWAY_TOKEN = os.environ.get("MADANG_SMS_GATEWAY_TOKEN", "")
IDENTITY_SERVICE = os.environ.get("MADANG_IDENTITY_SERVICE", "")
IDENTITY_SERVICE_TOKEN = os.environ.get("MADANG_IDENTITY_SERVICE_TOKEN", "")
# Days in which a wish to leave can be taken back.
DELETION_DAYS = int(os.environ.get("MADANG_DELETION_DAYS", "14"))
DEFAULT_FROM_EMAIL = os.environ.get("MADANG_FROM_EMAIL", "madang@localhost")
EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
if _smtp := os.environ.get("MADANG_SMTP_HOST"):
    EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    EMAIL_HOST = _smtp
    EMAIL_PORT = int(os.environ.get("MADANG_SMTP_PORT", "587"))
    EMAIL_HOST_USER = os.environ.get("MADANG_SMTP_USER", "")
    EMAIL_HOST_PASSWORD = os.environ.get("MADANG_SMTP_PASSWORD", "")
    EMAIL_USE_TLS = True

# A mail server that does not answer holds up the other mails no longer than this.
EMAIL_TIMEOUT = 20
# Web push: the site's key (else the file that `madang push-keys` makes), and the services to which it sends.
VAPID_PRIVATE_KEY = os.environ.get("MADANG_VAPID_PRIVATE_KEY", "")
VAPID_FILE = DATA_DIR / "vapid.pem"
PUSH_SERVICES = _list(
    "MADANG_PUSH_SERVICES",
    "https://fcm.googleapis.com,https://*.push.services.mozilla.com,https://*.notify.windows.com,https://*.push.apple.com",
)
# Whoever knows it may report mails that came back (`/notices/bounces`).
BOUNCE_SECRET = os.environ.get("MADANG_BOUNCE_SECRET", "")

# E-mails are unique without regard to case, by a constraint that this check cannot see.
SILENCED_SYSTEM_CHECKS = ["auth.W004"]

SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "madang.web.views.forgery.refused"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024

# Whether webhooks may call this machine itself: on a demonstration and in tests, never on a site.
OUTBOUND_LOOPBACK = False
# Requests to the API, at most so many within so many seconds: by an address, and by a person or token.
API_LIMITS = {"anonymous": (300, 60), "read": (1200, 60), "write": (120, 60)}
# Where the tokenizer process listens; a web process never loads the 370 MB of Kiwi itself.
TOKENIZER_SOCKET = os.environ.get("MADANG_TOKENIZER_SOCKET", str(DATA_DIR / "tokenizer.sock"))
# Seconds for which an anonymous page may be served from memory.
ANONYMOUS_CACHE_SECONDS = int(os.environ.get("MADANG_ANONYMOUS_CACHE_SECONDS", "15"))
# Keys that sign the public record: base64 of 32 bytes, the current one first; else the file, made at first use.
RECORD_KEY = os.environ.get("MADANG_RECORD_KEY", "")
RECORD_KEY_FILE = DATA_DIR / "record.key"
PROCRASTINATE_IMPORT_PATHS: list[str] = []
PROCRASTINATE_ON_APP_READY = "madang.ground.footing.jobs.watch.install"
# How many proxies of one's own stand before the site: whose X-Forwarded-For is believed.
TRUSTED_PROXIES = int(os.environ.get("MADANG_TRUSTED_PROXIES", "0"))
# Who may read /metrics: who shows this token, or asks from one of these networks.
METRICS_TOKEN = os.environ.get("MADANG_METRICS_TOKEN", "")
METRICS_NETWORKS = _list("MADANG_METRICS_NETWORKS", "127.0.0.0/8,::1/128")

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "filters": {"bound": {"()": "madang.ground.footing.bound.Bound"}},
    "formatters": {
        "line": {"format": "%(asctime)s %(levelname)s %(name)s [%(request_id)s%(job_id)s] %(message)s"},
        "json": {
            "()": "pythonjsonlogger.json.JsonFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s %(request_id)s %(job_id)s",
            "rename_fields": {"asctime": "at", "levelname": "level", "name": "logger"},
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
            "json_ensure_ascii": False,
        },
    },
    "handlers": {
        "stderr": {
            "class": "logging.StreamHandler",
            "formatter": "json" if os.environ.get("MADANG_LOG_FORMAT", "line") == "json" else "line",
            "filters": ["bound"],
        }
    },
    "root": {"handlers": ["stderr"], "level": os.environ.get("MADANG_LOG_LEVEL", "WARNING")},
    "loggers": {
        # One line a request: on in production, off beside a demo's terminal.
        "madang.access": {"level": "INFO" if os.environ.get("MADANG_ACCESS_LOG", "off") == "on" else "WARNING"},
        # Django's own handler for developers would print tracebacks twice.
        "django": {"handlers": [], "level": "NOTSET"},
    },
}
