"""How the credit of a note may be paid out."""

from billing.models import Document
from payments.models import Allocation, Payment
from payments.reports.held import held
from payments.states import Method, PaymentState


def paid_online_by(note: Document) -> Payment | None:
    """The online payment that paid what `note` corrects and nothing else, with nothing of it unapplied; None without one.

    Only of such a payment is what leaves it sure to reopen that document. At most three queries.
    """
    live = Allocation.objects.filter(reverses=None, reversed_by=None)
    mine = live.filter(
        settlement__document=note.corrects_id,
        payment__method=Method.ONLINE,
        payment__state=PaymentState.RECEIVED,
        payment__currency=note.currency,
        payment__unapplied=0,
    )
    found = mine.select_related("payment").order_by("-pk").first()
    if found is None or live.filter(payment=found.payment_id).exclude(pk=found.pk).exists() or held(found.payment):
        return None
    payment: Payment = found.payment
    return payment
