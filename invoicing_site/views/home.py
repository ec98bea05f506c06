"""The front door: on to the only company, or a choice of several."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from invoicing_site.models import Membership
from invoicing_site.web import account


@account(methods=("GET",))
def home(request: HttpRequest) -> HttpResponse:
    """/: the person's companies; straight in when there is just one. Platform admins without any go to the admin."""
    members = list(
        Membership.objects.current().filter(user=request.user.pk).select_related("company").order_by("company__name")
    )
    if len(members) == 1:
        return redirect("office:dashboard", company=members[0].company.slug)
    if not members and getattr(request.user, "is_platform_admin", False):
        return redirect(reverse("admin:index"))
    return render(request, "site/home.html", {"members": members})
