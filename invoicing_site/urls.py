"""Every route of the site; each view carries a guard (checks.py refuses one without)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from invoicing_site.views import health, home, stepup
from invoicing_site.wiring import OFFICE_URLS

office: list[URLPattern] = []

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("accounts/step-up/", stepup.step_up, name="step_up"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("<slug:company>/", include((office, "office"))),
    *(path("<slug:company>/", include(module)) for module in OFFICE_URLS),
]
