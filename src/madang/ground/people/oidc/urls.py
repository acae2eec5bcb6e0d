"""/accounts/oidc/<provider>/…"""

from django.urls import path

from madang.ground.people.oidc import views

urlpatterns = [
    path("oidc/<slug:provider_id>/login/", views.login, name="oidc_login"),
    path("oidc/<slug:provider_id>/login/callback/", views.callback, name="oidc_callback"),
]
