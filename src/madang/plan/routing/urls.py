from django.urls import URLPattern, path

app_name = "routing"
urlpatterns: list[URLPattern] = []
