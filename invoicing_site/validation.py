"""A row against its own fields, whichever door its values came through."""

from django.core.exceptions import ValidationError
from django.db.models import ForeignKey, Model

from invoicing_site.errors import BusinessError


def check_fields(row: Model, path: str = "") -> None:
    """Refuse values the columns of `row` cannot hold: too long, not among the choices, empty, no e-mail address.

    Raises field.invalid at `path` + field name. Foreign keys and constraints are the caller's and the database's.
    """
    skipped = {field.name for field in row._meta.concrete_fields if isinstance(field, ForeignKey) or field.primary_key}
    for field in row._meta.concrete_fields:
        value = getattr(row, field.attname)
        if isinstance(value, str) and "\0" in value:
            raise BusinessError("field.invalid", f"{path}{field.name}", problem="\\0")
    try:
        row.clean_fields(exclude=skipped)
    except ValidationError as refusal:
        name, errors = next(iter(refusal.error_dict.items()))
        raise BusinessError("field.invalid", f"{path}{name}", problem=errors[0].messages[0]) from None
