"""The WSGI entry that granian serves: lanes in front, Django behind."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "madang.web.settings.production")
_django = get_wsgi_application()

from django.conf import settings  # noqa: E402 - apps must be loaded first

from madang.web.lanes import Front  # noqa: E402

application = Front(_django, at_once=settings.SERVER_THREADS)
