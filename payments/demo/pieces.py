"""What was paid on the special cases of billing/demo/pieces.py: corrections, currencies, refunds."""

import datetime as dt
from collections.abc import Callable, Sequence
from decimal import Decimal

from billing.demo.sale import Sale
from billing.models import Document
from invoicing_site.clock import local_date
from invoicing_site.demo_world.world import Firm, World
from invoicing_site.money import convert, round_money
from invoicing_site.states import Role
from payments.actions.allocate import Share, allocate, undo_allocation
from payments.actions.receive import cancel_payment, rate_on
from payments.actions.refund import undo_refund
from payments.demo.acts import give_back, pay, receive
from payments.models import Allocation, Payment, Refund

Plot = Callable[[World, Firm, Sequence[Sale]], None]
WORDS = {
    "berlin": {
        "double": "Doppelt überwiesen, Rückzahlung", "over": "Überzahlung zurück", "bounced": "Konto erloschen, Rückläufer",
        "wrong": "Auf die falsche Rechnung gebucht", "cancelled": "Zahlung gehört einem anderen Mandanten", "advance": "Anzahlung Messestand",
    },
    "newyork": {
        "double": "Paid twice, returned", "over": "Overpayment returned", "bounced": "Account closed, transfer came back",
        "wrong": "Applied to the wrong invoice", "cancelled": "Deposit belongs to another company", "advance": "Deposit, spring order",
    },
}  # fmt: skip


def document_of(sale: Sale) -> Document:
    return Document.objects.get(pk=sale.stored.pk)


def _late_value(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    """A cheque found in a drawer: its day lies in closed books, so it is booked on the first open day."""
    world.plan(
        firm, world.ago(20), "10:05", lambda at: pay(firm, sales[0], at, method="cheque", received=world.ago(110))
    )


def _double(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    found: list[Payment] = []

    def again(at: dt.datetime) -> None:
        document = document_of(sales[0])
        found.append(receive(firm, sales[0].customer, at, document.total, document.number or ""))

    world.plan(firm, world.ago(95), "10:10", lambda at: pay(firm, sales[0], at))
    world.plan(firm, world.ago(90), "10:10", again)
    world.plan(firm, world.ago(80), "14:30", lambda at: give_back(firm, found[0], at, WORDS[firm.key]["double"]))


def _partly_then_rest(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    world.plan(firm, world.ago(80), "10:15", lambda at: pay(firm, sales[0], at, part=Decimal("0.4")))
    world.plan(firm, world.ago(39), "10:15", lambda at: pay(firm, sales[0], at))


def _partly(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    world.plan(firm, world.ago(30), "10:20", lambda at: pay(firm, sales[0], at, part=Decimal("0.35")))


def _over(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    world.plan(firm, world.ago(60), "10:25", lambda at: pay(firm, sales[0], at, over=Decimal(250)))


def _refund_bounced(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    paid: list[Payment | None] = []
    refunds: list[Refund] = []

    def back(at: dt.datetime) -> None:
        if paid[0] is not None:
            refunds.append(give_back(firm, paid[0], at, WORDS[firm.key]["over"]))

    def bounced(at: dt.datetime) -> None:
        for refund in refunds:
            undo_refund(
                company=firm.company, refund_uuid=refund.uuid, reason=WORDS[firm.key]["bounced"],
                actor=firm.people[Role.ACCOUNTANT], at=at,
            )  # fmt: skip

    world.plan(firm, world.ago(72), "10:30", lambda at: paid.append(pay(firm, sales[0], at, over=Decimal(180))))
    world.plan(firm, world.ago(60), "14:40", back)
    world.plan(firm, world.ago(52), "09:20", bounced)


def _wrong(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    """Meant for the first document, applied to the second, put right four days later."""
    right, wrong = sales
    found: list[Payment] = []

    def mistake(at: dt.datetime) -> None:
        meant, taken = document_of(right), document_of(wrong)
        shares = [Share(taken.uuid, min(meant.open_amount, taken.open_amount))]
        found.append(receive(firm, right.customer, at, meant.open_amount, meant.number or "", shares))

    def correct(at: dt.datetime) -> None:
        accountant = firm.people[Role.ACCOUNTANT]
        allocation = Allocation.objects.get(payment=found[0])
        reason = WORDS[firm.key]["wrong"]
        undo_allocation(company=firm.company, allocation_uuid=allocation.uuid, actor=accountant, at=at, reason=reason)
        shares = [Share(right.stored.uuid, found[0].amount)]
        allocate(company=firm.company, payment_uuid=found[0].uuid, shares=shares, actor=accountant, at=at)

    world.plan(firm, world.ago(50), "10:35", mistake)
    world.plan(firm, world.ago(46), "09:25", correct)


def _many(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    """Three documents in one transfer, and 40 too much."""

    def settle(at: dt.datetime) -> None:
        documents = [document_of(sale) for sale in sales]
        total = sum((each.open_amount for each in documents), Decimal(40))
        numbers = ", ".join(each.number or "" for each in documents)
        receive(firm, sales[0].customer, at, total, numbers, [Share(each.uuid, each.open_amount) for each in documents])

    world.plan(firm, world.ago(35), "10:40", settle)


def _cancelled(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    found: list[Payment] = []

    def record(at: dt.datetime) -> None:
        document = document_of(sales[0])
        found.append(receive(firm, sales[0].customer, at, document.total, document.number or ""))

    def cancel(at: dt.datetime) -> None:
        cancel_payment(
            company=firm.company, payment_uuid=found[0].uuid, reason=WORDS[firm.key]["cancelled"],
            actor=firm.people[Role.ACCOUNTANT], at=at,
        )  # fmt: skip

    world.plan(firm, world.ago(30), "10:45", record)
    world.plan(firm, world.ago(26), "09:30", cancel)


def _crossed(world: World, firm: Firm, sales: Sequence[Sale], part: Decimal = Decimal(1), ago: int = 48) -> None:
    """A document in foreign currency is paid in the company's own, at the rate of the month."""

    def settle(at: dt.datetime) -> None:
        document, base = document_of(sales[0]), firm.company.currency
        rate, _, _ = rate_on(firm.company, document.currency, local_date(at, firm.company.time_zone))
        share = round_money(document.open_amount * part, document.currency)
        paid = convert(share, rate, base)
        shares = [Share(document.uuid, share, paid)]
        receive(firm, sales[0].customer, at, paid, document.number or "", shares, base)

    world.plan(firm, world.ago(ago), "10:50", settle)


def _crossed_part(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    _crossed(world, firm, sales, Decimal("0.5"), 25)


def _cash(world: World, firm: Firm, sales: Sequence[Sale]) -> None:
    world.plan(firm, world.ago(30), "16:55", lambda at: pay(firm, sales[0], at, method="cash"))


PLOTS: dict[str, Plot] = {
    "late-value": _late_value, "double": _double, "partly-rest": _partly_then_rest, "partly": _partly, "over": _over,
    "refund-bounced": _refund_bounced, "right": _wrong, "many": _many, "cancelled": _cancelled, "crossed": _crossed,
    "crossed-part": _crossed_part, "cash": _cash,
}  # fmt: skip


def plan_pieces(world: World, firm: Firm) -> None:
    """Every plot with its documents, in the order of their days; "right" takes "wrong" with it."""
    for name, plot in PLOTS.items():
        names = (name, "wrong") if name == "right" else (name,)
        plot(world, firm, [sale for sale in firm.sales if sale.piece in names])
    payer = next(each for each in firm.customers if each.pays == "prompt" and each.weight > 2)
    words = WORDS[firm.key]["advance"]
    world.plan(firm, world.ago(33), "11:05", lambda at: receive(firm, payer, at, Decimal(1500), words))
