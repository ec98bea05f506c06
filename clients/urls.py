"""Pages under /<company>/."""

from django.urls import path

from clients.views import clients, lookup, portal_access

app_name = "clients"
urlpatterns = [
    path("clients/", clients.index, name="clients"),
    path("clients/new/", clients.new, name="client_new"),
    path("clients/lookup/", lookup.lookup, name="client_lookup"),
    path("clients/<uuid:client>/", clients.show, name="client"),
    path("clients/<uuid:client>/edit/", clients.edit, name="client_edit"),
    path("clients/<uuid:client>/archive/", clients.archive, name="client_archive"),
    path("clients/<uuid:client>/restore/", clients.restore, name="client_restore"),
    path("clients/<uuid:client>/portal/invite/", portal_access.invite, name="portal_invite"),
    path("clients/<uuid:client>/portal/<uuid:portal_account>/right/", portal_access.right, name="portal_right"),
    path("clients/<uuid:client>/portal/<uuid:portal_account>/end/", portal_access.end, name="portal_end"),
]
