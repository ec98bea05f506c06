"""Pages under /<company>/portal/ that are about the reader."""

from django.urls import URLPattern, URLResolver, path

from clients.views import portal, portal_logo, portal_sign_in

app_name = "portal"
urlpatterns: list[URLPattern | URLResolver] = [
    path("", portal.home, name="home"),
    path("sign-in/", portal_sign_in.sign_in, name="sign_in"),
    path("code/", portal_sign_in.code, name="code"),
    path("sign-out/", portal_sign_in.sign_out, name="sign_out"),
    path("language/", portal_sign_in.language, name="language"),
    path("logo/", portal_logo.logo, name="logo"),
    path("profile/", portal.profile, name="profile"),
]
