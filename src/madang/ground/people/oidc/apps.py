from django.apps import AppConfig


class OidcConfig(AppConfig):
    name = "madang.ground.people.oidc"
    label = "ground_people_oidc"
