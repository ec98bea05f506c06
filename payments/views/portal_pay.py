"""Paying in the portal."""

import uuid

from django.http import HttpResponse
from django.shortcuts import render

from clients.web import PortalRequest, portal
from payments.reports.door import door
from payments.reports.portal import received
from payments.views import customer


@portal
def choose(request: PortalRequest) -> HttpResponse:
    return customer.choose(request, door(request))


@portal(methods=("GET",))
def came_back(request: PortalRequest) -> HttpResponse:
    return customer.came_back(request, door(request))


@portal(methods=("GET",))
def attempt(request: PortalRequest, attempt: uuid.UUID) -> HttpResponse:
    return customer.attempt(request, door(request), attempt)


@portal(methods=("GET",))
def hand_over(request: PortalRequest, attempt: uuid.UUID) -> HttpResponse:
    return customer.hand_over(request, door(request), attempt)


@portal(methods=("GET",))
def payments(request: PortalRequest) -> HttpResponse:
    """Everything this customer paid, newest first, each with its receipt."""
    return render(request, "payments/portal/payments.html", received(door(request), request.GET))


@portal(methods=("GET",))
def receipt(request: PortalRequest, payment: uuid.UUID) -> HttpResponse:
    return customer.receipt(request, door(request), payment)
