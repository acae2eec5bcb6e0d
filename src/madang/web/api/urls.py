"""/api/: the operations, their document, and the page that explains them."""

from django.urls import URLPattern, URLResolver, path

from madang.web.api import views
from madang.web.api.api import api

urlpatterns: list[URLPattern | URLResolver] = [
    path("docs", views.docs, name="api-docs"),
    path("v1/openapi.json", views.document, name="api-document"),
    path("v1/", api.urls),
]
