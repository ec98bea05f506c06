"""Column shapes of money, stated once (DESIGN §2)."""

from decimal import Decimal
from typing import Any

from django.db import models


def money_column(verbose_name: Any = None, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """Money at its currency's minor unit: numeric(19,4)."""
    return models.DecimalField(verbose_name, max_digits=19, decimal_places=4, **kwargs)


def quantity_column(verbose_name: Any = None, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """Price or quantity: numeric(19,6)."""
    return models.DecimalField(verbose_name, max_digits=19, decimal_places=6, **kwargs)


def percent_column(verbose_name: Any = None, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """A rate in per cent: numeric(9,6)."""
    return models.DecimalField(verbose_name, max_digits=9, decimal_places=6, **kwargs)


def rate_column(verbose_name: Any = None, **kwargs: Any) -> "models.DecimalField[Any, Any]":
    """Base currency per unit of document currency: numeric(20,10)."""
    return models.DecimalField(verbose_name, max_digits=20, decimal_places=10, **kwargs)


ZERO = Decimal(0)
