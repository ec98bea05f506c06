"""A person's own language: the office, the account pages and the admin speak it."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from invoicing_site import clock
from invoicing_site.actions import people
from invoicing_site.forms_people import LanguageForm, attempt
from invoicing_site.models import User
from invoicing_site.web import account


@account
def choose(request: HttpRequest) -> HttpResponse:
    person = request.user
    assert isinstance(person, User)
    form = LanguageForm(request.POST or None, initial={"language": person.language})
    if request.method == "POST":
        done = attempt(
            form,
            lambda: people.change_language(
                user_id=person.pk, language=form.cleaned_data["language"], actor=person, at=clock.now()
            ),
        )
        if done:
            with translation.override(done.language):
                messages.success(request, _("The site speaks English with you now."))
            return redirect("language")
    return render(request, "site/language.html", {"form": form}, status=422 if form.errors else 200)
