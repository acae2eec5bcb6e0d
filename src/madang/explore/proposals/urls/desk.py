"""/desk/: the officer's work."""

from django.urls import URLPattern, path

from madang.explore.proposals.views import desk, desk_groups, desk_promotion, desk_themes, desk_voices

app_name = "desk"
urlpatterns: list[URLPattern] = [
    path("", desk.inbox, name="inbox"),
    path("selection", desk.selection, name="selection"),
    path("voices/<int:pk>/answer", desk_voices.answer, name="answer"),
    path("voices/<int:pk>/hiding", desk_voices.hiding, name="hiding"),
    path("promotion", desk_promotion.create, name="promotion"),
    path("evidence", desk_promotion.evidence, name="evidence"),
    path("groups/", desk_groups.index, name="groups"),
    path("groups/<int:pk>/", desk_groups.detail, name="group"),
    path("groups/<int:pk>/merge", desk_groups.merge, name="merge"),
    path("groups/<int:pk>/separation", desk_groups.separation, name="separation"),
    path("groups/<int:pk>/members/<int:proposal>/removal", desk_groups.removal, name="removal"),
    path("themes/", desk_themes.index, name="themes"),
    path("themes/computation", desk_themes.computation, name="computation"),
    path("themes/<int:pk>/name", desk_themes.name, name="theme_name"),
]
