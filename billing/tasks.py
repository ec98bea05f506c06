"""Celery's doors into billing, and its reactions to events: load, call the verb, done."""

from celery import shared_task

from billing.models import Document, Rendition
from invoicing_site import clock
from invoicing_site.actions import mail_states
from invoicing_site.models import Company, Event


def render(event: Event) -> None:
    """Reaction to document.issued, on the render queue: the PDF, and the e-invoice of a client who gets one."""
    from billing.actions.render import render_document
    from billing.actions.render_xml import render_einvoice
    from billing.documents import pdf

    pdf.warm()
    document_id = Document.objects.values_list("pk", flat=True).get(uuid=event.subject)
    render_document(document_id=document_id, at=clock.now())
    render_einvoice(document_id=document_id, at=clock.now())


def read_back(event: Event) -> None:
    """Reaction to document.rendered, on the bulk queue."""
    from billing.actions.readback import read_back as verb

    for pk in Rendition.objects.filter(document__uuid=event.subject, format="pdf").values_list("pk", flat=True):
        verb(rendition_id=pk, at=clock.now())


def sent(event: Event) -> None:
    """Reaction to mail.accepted, on the delivery queue: the first one about a document is its delivery; a transmission has arrived."""
    from billing.actions.send import KINDS, record_acceptance

    if event.data["kind"] in KINDS:
        record_acceptance(event=event, actor=None, at=clock.now())
    else:
        mail_ended(event)


def mail_ended(event: Event) -> None:
    """Reaction to mail.failed, mail.uncertain and mail.bounced, on the delivery queue: so ended the transmission it was."""
    from billing.actions.transmissions import KIND, by_mail

    if event.data["kind"] == KIND:
        by_mail(event=event, actor=None, at=clock.now())


def send_by_itself(event: Event) -> None:
    """Reaction to document.einvoice_written, on the delivery queue: off it goes where the company's route says so."""
    from billing.actions.transmissions import order_automatic

    order_automatic(event=event, actor=None, at=clock.now())


@shared_task(name="billing.tasks.transmit")
def transmit(ids: list[int]) -> None:
    from billing.actions.transmit import transmit as work

    work(ids)


@shared_task(name="billing.tasks.sweep_transmissions")
def sweep_transmissions() -> None:
    from billing.actions.transmissions import due, enqueue

    for key in due(clock.now()):
        enqueue([key])


def mails_are_ready(event: Event) -> None:
    """Reaction to document.rendered and document.einvoice_written, on the delivery queue: mails that waited for them go out."""
    mail_states.ready(subject=("document", event.subject), at=clock.now())


@shared_task(name="billing.tasks.preview")
def preview(document_id: int) -> None:
    from billing.actions.render import preview_draft
    from billing.documents import pdf

    pdf.warm()
    preview_draft(document_id=document_id, at=clock.now())


@shared_task(name="billing.tasks.preview_layout")
def preview_layout(layout_id: int) -> None:
    from billing.actions.render_layout import preview_layout as verb
    from billing.documents import pdf

    pdf.warm()
    verb(layout_id=layout_id, at=clock.now())


@shared_task(name="billing.tasks.try_layout")
def try_layout(layout_id: int) -> None:
    from billing.actions.render_layout import try_layout as verb
    from billing.documents import pdf

    pdf.warm()
    verb(layout_id=layout_id, at=clock.now())


@shared_task(name="billing.tasks.nightly")
def nightly() -> None:
    for company_id in Company.objects.values_list("pk", flat=True):
        prove.delay(company_id)


@shared_task(name="billing.tasks.prove")
def prove(company_id: int) -> None:
    from billing.actions.prove import prove_company

    prove_company(company=Company.objects.get(pk=company_id), actor=None, at=clock.now())


@shared_task(name="billing.tasks.fetch_rates")
def fetch_rates() -> None:
    from billing.actions.rate_source import fetch_rates as work

    work(at=clock.now())
