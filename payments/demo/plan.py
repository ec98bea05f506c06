"""The payments of the demo on its agenda."""

from billing.demo.sale import Sale
from invoicing_site.demo_world.world import Firm, World
from payments.demo.guests import left_for_visitors
from payments.demo.habits import HABITS, plan_collecting, plan_habit
from payments.demo.pieces import plan_pieces


def payments(world: World) -> None:
    """Plan what every firm's customers pay: by habit, by statement, and on the special cases."""
    for firm in world.firms:
        plan_pieces(world, firm)
        for customer in firm.customers:
            if customer.pays == "collects":
                plan_collecting(world, firm, customer)
        _by_habit(world, firm)


def _by_habit(world: World, firm: Firm) -> None:
    ordinary: list[Sale] = [sale for sale in firm.sales if not sale.piece and sale.end == "issued"]
    left = left_for_visitors(world, firm)
    for number, sale in enumerate(ordinary):
        if sale.customer.pays in HABITS and not left(sale):
            plan_habit(world, firm, sale, number)
