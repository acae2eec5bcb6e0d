"""The demo on one's own machine: plain HTTP, mail printed, no e-mail confirmation."""

from madang.web.settings.base import *

SECRET_KEY = SECRET_KEY or "demo-only-not-secret-" + "0" * 40
ACCOUNT_EMAIL_VERIFICATION = "none"
DEMO = True
