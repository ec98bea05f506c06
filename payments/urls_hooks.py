"""Addresses payment providers call, under /hooks/."""

from django.urls import URLPattern, URLResolver, path

from payments.views import hooks

app_name = "hooks"
urlpatterns: list[URLPattern | URLResolver] = [path("<uuid:account>/", hooks.told, name="provider")]
