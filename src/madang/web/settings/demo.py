"""The demo on one's own machine: plain HTTP, mail written to files, e-mail confirmed whenever one likes."""

from madang.web.settings.base import *

SECRET_KEY = SECRET_KEY or "demo-only-not-secret-" + "0" * 40
ACCOUNT_EMAIL_VERIFICATION = os.environ.get("MADANG_EMAIL_VERIFICATION", "optional")
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = DATA_DIR / "mail"
IDENTITY_KEY = IDENTITY_KEY or "demo-identity-key-not-secret-" + "0" * 20
OFFICIAL_DOMAINS = OFFICIAL_DOMAINS or ["suwon.demo.invalid"]
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = True
DEMO = True
OUTBOUND_LOOPBACK = True
