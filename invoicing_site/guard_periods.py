"""What the database promises of closed books: they are never opened again, and nothing is booked into them (SPEC L3)."""

from django.db import models

from invoicing_site.guards import Guard, column


class OnlyForward(Guard):
    """A date, once set, only moves forward."""

    function = "guard_only_forward"
    options = ("field",)

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def statements(self, model: type[models.Model]) -> list[str]:
        name = column(model, self.field)
        back = f'OLD."{name}" IS NOT NULL AND (NEW."{name}" IS NULL OR NEW."{name}" < OLD."{name}")'
        return [
            f'CREATE TRIGGER "{self.name}" BEFORE UPDATE OF "{name}" ON "{model._meta.db_table}" '
            f"FOR EACH ROW WHEN ({back}) EXECUTE FUNCTION guard_only_forward('{name}')"
        ]


class OpenBooks(Guard):
    """Rows are dated (`field`) after the day their company's books are closed through.

    The trigger takes the period FOR SHARE before it looks, so a closing at the same time and a row cannot pass each other.
    """

    function = "guard_open_books"
    own = True
    options = ("field",)

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def names(self, model: type[models.Model]) -> dict[str, str]:
        return super().names(model) | {"day": column(model, self.field)}

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE TRIGGER "{self.name}" AFTER INSERT ON "{model._meta.db_table}" REFERENCING NEW TABLE AS added '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{self.name}"()'
        ]
