"""Every route of the site; each view carries a guard (checks.py refuses one without)."""

from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from invoicing_site import urls_company
from invoicing_site.views import (
    dashboard,
    demo,
    demo_mail,
    health,
    home,
    invitation,
    language,
    mail_hook,
    passkeys,
    people,
    stepup,
)
from invoicing_site.wiring import HOOK_URLS, LINK_URLS, OFFICE_URLS, PORTAL_URLS, VERIFY_URLS

office = [
    path("", dashboard.dashboard, name="dashboard"),
    path("team/", people.team, name="team"),
    path("team/invite/", people.invite, name="invite"),
    path("team/review/", people.review, name="review_access"),
    path("team/invitations/<uuid:invitation>/revoke/", people.revoke, name="revoke_invitation"),
    path("team/<uuid:membership>/role/", people.role, name="change_role"),
    path("team/<uuid:membership>/end/", people.end, name="end_membership"),
    path("team/<uuid:membership>/factors/", people.factors_reset, name="reset_factors"),
]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    path("healthz", health.live, name="healthz"),
    path("readyz", health.ready, name="readyz"),
    path("hooks/mail/", mail_hook.reported, name="mail_hook"),
    path("demo/", demo.people, name="demo"),
    path("demo/<uuid:person>/", demo.sign_in, name="demo_sign_in"),
    path("demo/mail/", demo_mail.mails, name="demo_mails"),
    path("demo/mail/<int:caught>/", demo_mail.mail, name="demo_mail"),
    path("demo/mail/<int:caught>/body/", demo_mail.body, name="demo_mail_body"),
    path("demo/mail/<int:caught>/source/", demo_mail.source, name="demo_mail_source"),
    path("demo/mail/<int:caught>/files/<int:place>/", demo_mail.attachment, name="demo_mail_file"),
    path("invitation/<str:token>/", invitation.accept, name="accept_invitation"),
    path("accounts/step-up/", stepup.step_up, name="step_up"),
    path("accounts/language/", language.choose, name="language"),
    path("accounts/2fa/webauthn/keys/<int:pk>/remove/", passkeys.remove, name="remove_passkey"),
    path("accounts/", include("allauth.account.urls")),
    path("accounts/2fa/", include("allauth.mfa.urls")),
    path("accounts/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    *(path("hooks/", include(module)) for module in HOOK_URLS),
    *(path("v/", include(module)) for module in VERIFY_URLS),
    *(path("l/<str:token>/", include(module)) for module in LINK_URLS),
    *(path("<slug:company>/portal/", include(module)) for module in PORTAL_URLS),
    path("<slug:company>/", include(([*office, *urls_company.urlpatterns], "office"))),
    *(path("<slug:company>/", include(module)) for module in OFFICE_URLS),
]
