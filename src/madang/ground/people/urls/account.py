"""/account/…, /people/<id>, /guardian/<secret> and /counter."""

from django.urls import URLPattern, path

from madang.ground.people.views import account, persons, verification

app_name = "people"
urlpatterns: list[URLPattern] = [
    path("account/", account.overview, name="account"),
    path("account/profile", account.edit, name="profile"),
    path("account/second-factor", account.second_factor, name="second_factor"),
    path("account/sessions", account.seen, name="sessions"),
    path("account/sessions/ending", account.sessions_ending, name="sessions_ending"),
    path("account/sessions/<int:pk>/ending", account.session_ending, name="session_ending"),
    path("account/downloads", account.copies, name="downloads"),
    path("account/downloads/<uuid:pk>", account.copy, name="download"),
    path("account/deletion", account.deletion, name="deletion"),
    path("account/deletion/cancellation", account.staying, name="staying"),
    path("account/verification", verification.ladder, name="verification"),
    path("account/verification/phone", verification.phone, name="phone"),
    path("account/verification/phone/code", verification.phone_code, name="phone_code"),
    path("account/verification/resident", verification.resident, name="resident"),
    path("account/verification/resident/return", verification.resident_return, name="resident_return"),
    path("account/verification/slip", verification.slip, name="slip"),
    path("account/verification/official", verification.official, name="official"),
    path("counter", verification.counter, name="counter"),
    path("people/<int:pk>", persons.detail, name="detail"),
    path("guardian/waiting", persons.waiting, name="waiting"),
    path("guardian/<str:secret>/", persons.guardian, name="guardian"),
    path("guardian/<str:secret>/withdrawal", persons.withdrawal, name="withdrawal"),
]
