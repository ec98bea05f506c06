"""Promises the database keeps, declared in ``Meta.constraints`` so that migrations see every change (docs/adr/0002).

Each guard writes its PL/pgSQL (``CREATE OR REPLACE FUNCTION``; where `own` is set, one for its table alone, of the guard's name) and one or
more triggers. Violations raise ``restrict_violation``, which Django reports as IntegrityError.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

from invoicing_site.guard_sql import FUNCTIONS
from invoicing_site.money import FOUR_DECIMAL, THREE_DECIMAL, ZERO_DECIMAL


def column(model: type[models.Model], field: str) -> str:
    return str(getattr(model._meta.get_field(field), "column"))  # noqa: B009 - relations in general have none


def filled(function: str, names: Mapping[str, str]) -> str:
    """The text of a function with ``<name>`` replaced."""
    text = FUNCTIONS[function]
    for name, value in names.items():
        text = text.replace(f"<{name}>", value)
    return text


class Guard(models.BaseConstraint):
    """A constraint made of SQL text. Subclasses give `statements()` and `drops()`."""

    options: tuple[str, ...] = ()
    function = ""
    own = False

    def statements(self, model: type[models.Model]) -> list[str]:
        raise NotImplementedError

    def names(self, model: type[models.Model]) -> dict[str, str]:
        """What stands in the function's text for ``<name>``; only a guard with a function of its own has any."""
        return {"function": f'"{self.name}"', "table": model._meta.db_table}

    def drops(self, model: type[models.Model]) -> list[str]:
        return [f'DROP TRIGGER IF EXISTS "{self.name}" ON "{model._meta.db_table}"']

    def create_sql(self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model is not None
        body = [filled(self.function, self.names(model) if self.own else {})] if self.function else []
        return ";\n".join([*body, *self.statements(model)])

    def remove_sql(self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert model is not None
        gone = [f'DROP FUNCTION IF EXISTS "{self.name}"()'] if self.own else []
        return ";\n".join([*self.drops(model), *gone])

    def constraint_sql(self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        assert editor is not None
        editor.deferred_sql.append(self.create_sql(model, editor))
        return None

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """The database judges at write time."""

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, **{option: getattr(self, option) for option in self.options}}

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Guard) and self.deconstruct() == other.deconstruct()

    def __hash__(self) -> int:
        return hash((type(self), self.name))


class AppendOnly(Guard):
    """Rows are written once: no UPDATE, no DELETE (TRUNCATE is refused by privilege)."""

    function = "guard_append_only"

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE TRIGGER "{self.name}" BEFORE UPDATE OR DELETE ON "{model._meta.db_table}" '
            "FOR EACH ROW EXECUTE FUNCTION guard_append_only()"
        ]


class Frozen(Guard):
    """While `when` (SQL over OLD) holds, only the columns of the fields in `but` may change and the row cannot be deleted."""

    function = "guard_frozen"
    options = ("but", "when")

    def __init__(self, *, name: str, but: Sequence[str] = (), when: str = "TRUE") -> None:
        super().__init__(name=name)
        self.but, self.when = tuple(but), when

    def statements(self, model: type[models.Model]) -> list[str]:
        free = ",".join(column(model, field) for field in self.but)
        return [
            f'CREATE TRIGGER "{self.name}" BEFORE UPDATE OR DELETE ON "{model._meta.db_table}" '
            f"FOR EACH ROW WHEN ({self.when}) EXECUTE FUNCTION guard_frozen('{free}')"
        ]


class FrozenWith(Guard):
    """Rows follow their `parent`: nothing is added, changed or removed once its `state` left `draft`.

    The trigger takes the parent FOR SHARE, so an issue running at the same time and a new line cannot pass each other.
    """

    function = "guard_frozen_with"
    options = ("parent",)

    def __init__(self, *, name: str, parent: str) -> None:
        super().__init__(name=name)
        self.parent = parent

    def statements(self, model: type[models.Model]) -> list[str]:
        target = model._meta.get_field(self.parent).related_model
        call = f"EXECUTE FUNCTION guard_frozen_with('{target._meta.db_table}', '{column(model, self.parent)}')"  # type: ignore[union-attr]
        tables = {
            "insert": "NEW TABLE AS after",
            "delete": "OLD TABLE AS before",
            "update": "OLD TABLE AS before NEW TABLE AS after",
        }
        return [
            f'CREATE TRIGGER "{self.name}_{event}" AFTER {event.upper()} ON "{model._meta.db_table}" '
            f"REFERENCING {tables[event]} FOR EACH STATEMENT {call}"
            for event in tables
        ]

    def drops(self, model: type[models.Model]) -> list[str]:
        return [
            f'DROP TRIGGER IF EXISTS "{self.name}_{event}" ON "{model._meta.db_table}"'
            for event in ("insert", "delete", "update")
        ]


class Transitions(Guard):
    """`field` changes only along `allowed`, and a new row starts as `first`."""

    function = "guard_transitions"
    options = ("field", "first", "allowed")

    def __init__(self, *, name: str, field: str, first: str, allowed: Mapping[str, Sequence[str]]) -> None:
        super().__init__(name=name)
        self.field, self.first = field, first
        self.allowed = {source: list(targets) for source, targets in allowed.items()}

    def statements(self, model: type[models.Model]) -> list[str]:
        pairs = ",".join(f"'{a}>{b}'" for a, targets in self.allowed.items() for b in targets)
        name, table = column(model, self.field), model._meta.db_table
        step = f"""(OLD."{name}" || '>' || NEW."{name}")"""
        call = f"EXECUTE FUNCTION guard_transitions('{name}', '{self.first}')"
        return [
            f'CREATE TRIGGER "{self.name}_first" BEFORE INSERT ON "{table}" FOR EACH ROW '
            f"""WHEN (NEW."{name}" <> '{self.first}') {call}""",
            f'CREATE TRIGGER "{self.name}" BEFORE UPDATE OF "{name}" ON "{table}" FOR EACH ROW '
            f'WHEN (OLD."{name}" <> NEW."{name}" AND {step} <> ALL (ARRAY[{pairs}])) {call}',
        ]

    def drops(self, model: type[models.Model]) -> list[str]:
        return [*super().drops(model), f'DROP TRIGGER IF EXISTS "{self.name}_first" ON "{model._meta.db_table}"']


class SameCompany(Guard):
    """Composite foreign key (company, field) → (company, id): a row can never point into another company.

    It also is the field's foreign key, so declare the field with ``db_constraint=False``.
    """

    options = ("field",)

    def __init__(self, field: str, *, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def statements(self, model: type[models.Model]) -> list[str]:
        target = model._meta.get_field(self.field).related_model._meta.db_table  # type: ignore[union-attr]
        return [
            f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" FOREIGN KEY '
            f'(company_id, "{column(model, self.field)}") REFERENCES "{target}" (company_id, id)'
        ]

    def create_sql(self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        """Waits for the end of the migration: the unique (company, id) it points at may be made later in it."""
        assert editor is not None
        editor.deferred_sql.append(super().create_sql(model, editor))
        return None

    def constraint_sql(self, model: type[models.Model] | None, editor: BaseDatabaseSchemaEditor | None) -> Any:
        return self.create_sql(model, editor)

    def drops(self, model: type[models.Model]) -> list[str]:
        return [f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT IF EXISTS "{self.name}"']


class AtMinorUnit(Guard):
    """Amounts carry no more decimals than ISO 4217 gives their currency."""

    options = ("fields", "currency")

    def __init__(self, *fields: str, name: str, currency: str = "currency") -> None:
        super().__init__(name=name)
        self.fields, self.currency = tuple(fields), currency

    def deconstruct(self) -> Any:
        path, _, kwargs = super().deconstruct()
        kwargs.pop("fields")
        return path, self.fields, kwargs

    def statements(self, model: type[models.Model]) -> list[str]:
        def codes(table: frozenset[str]) -> str:
            return ",".join(f"'{code}'" for code in sorted(table))

        # One comparison for all fields: PostgreSQL reads a check's text anew for every statement, and the lists are long.
        unit = (
            f'CASE WHEN "{column(model, self.currency)}" IN ({codes(ZERO_DECIMAL)}) THEN 0 '
            f'WHEN "{column(model, self.currency)}" IN ({codes(THREE_DECIMAL)}) THEN 3 '
            f'WHEN "{column(model, self.currency)}" IN ({codes(FOUR_DECIMAL)}) THEN 4 ELSE 2 END'
        )
        most = ", ".join(f'scale(trim_scale("{column(model, field)}"))' for field in self.fields)
        return [f'ALTER TABLE "{model._meta.db_table}" ADD CONSTRAINT "{self.name}" CHECK (greatest({most}) <= {unit})']

    def drops(self, model: type[models.Model]) -> list[str]:
        return [f'ALTER TABLE "{model._meta.db_table}" DROP CONSTRAINT IF EXISTS "{self.name}"']


class Balanced(Guard):
    """The postings a statement adds sum to zero for each entry, per currency and in base currency (FAULTS I1)."""

    function = "guard_balanced"

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE TRIGGER "{self.name}" AFTER INSERT ON "{model._meta.db_table}" REFERENCING NEW TABLE AS added '
            "FOR EACH STATEMENT EXECUTE FUNCTION guard_balanced()"
        ]


class Tally(Guard):
    """At commit `open` of the parent = its `total` (SQL over its columns) minus the rows here, an inverse row (`reverses` set) counting back (FAULTS I3, I4).

    `also` names further tables of the same columns that use the total up; `when` (SQL over NEW) says for which parents it holds.
    """

    function = "guard_tally"
    own = True
    options = ("parent", "total", "open", "also", "when")

    def __init__(
        self, *, name: str, parent: str, total: str, open: str, also: Sequence[str] = (), when: str = "TRUE"
    ) -> None:
        super().__init__(name=name)
        self.parent, self.total, self.open, self.also, self.when = parent, total, open, list(also), when

    def statements(self, model: type[models.Model]) -> list[str]:
        target = model._meta.get_field(self.parent).related_model._meta.db_table  # type: ignore[union-attr]
        call, deferred = f'EXECUTE FUNCTION "{self.name}"()', "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW"
        return [
            f'CREATE CONSTRAINT TRIGGER "{self.name}" AFTER INSERT ON "{model._meta.db_table}" {deferred} {call}',
            f'CREATE CONSTRAINT TRIGGER "{self.name}_parent" AFTER UPDATE OF "{self.open}" ON "{target}" '
            f"{deferred} WHEN ({self.when}) {call}",
        ]

    def names(self, model: type[models.Model]) -> dict[str, str]:
        target = model._meta.get_field(self.parent).related_model._meta.db_table  # type: ignore[union-attr]
        child = column(model, self.parent)
        uses = [
            filled("guard_tally_use", {"table": table, "child": child}) for table in (model._meta.db_table, *self.also)
        ]
        own = {"parent": target, "child": child, "total": self.total, "open": self.open, "uses": " + ".join(uses)}
        return super().names(model) | own

    def drops(self, model: type[models.Model]) -> list[str]:
        target = model._meta.get_field(self.parent).related_model._meta.db_table  # type: ignore[union-attr]
        return [*super().drops(model), f'DROP TRIGGER IF EXISTS "{self.name}_parent" ON "{target}"']


class Capped(Guard):
    """At commit the rows of a `parent`, an inverse row (`reverses` set) counting back, add up to at most its column `most`."""

    function = "guard_capped"
    own = True
    options = ("parent", "most")

    def __init__(self, *, name: str, parent: str, most: str) -> None:
        super().__init__(name=name)
        self.parent, self.most = parent, most

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE CONSTRAINT TRIGGER "{self.name}" AFTER INSERT ON "{model._meta.db_table}" '
            f'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION "{self.name}"()'
        ]

    def names(self, model: type[models.Model]) -> dict[str, str]:
        target = model._meta.get_field(self.parent).related_model._meta.db_table  # type: ignore[union-attr]
        return super().names(model) | {"parent": target, "child": column(model, self.parent), "most": self.most}


class Judged(Guard):
    """At commit `body` (PL/pgSQL over NEW) judges each row that `on` wrote and `when` holds for; it raises what it refuses.

    For a promise of one table alone. The row it is about is locked before others are added up, so that raw SQL cannot race past it.
    """

    function = "guard_judged"
    own = True
    options = ("on", "when", "body")

    def __init__(self, *, name: str, on: str, when: str, body: str) -> None:
        super().__init__(name=name)
        self.on, self.when, self.body = on, when, body

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE CONSTRAINT TRIGGER "{self.name}" AFTER {self.on} ON "{model._meta.db_table}" '
            f'DEFERRABLE INITIALLY DEFERRED FOR EACH ROW WHEN ({self.when}) EXECUTE FUNCTION "{self.name}"()'
        ]

    def names(self, model: type[models.Model]) -> dict[str, str]:
        return super().names(model) | {"body": self.body}


class History(Guard):
    """Every INSERT, UPDATE and DELETE writes simple-history's row, whoever runs the SQL; the history itself is append-only."""

    function = "guard_history"
    own = True

    def names(self, model: type[models.Model]) -> dict[str, str]:
        return super().names(model) | {"past": f"{model._meta.app_label}_historical{model._meta.model_name}"}

    def statements(self, model: type[models.Model]) -> list[str]:
        table, past = model._meta.db_table, self.names(model)["past"]
        return [
            FUNCTIONS["guard_append_only"],
            f'CREATE TRIGGER "{self.name}" AFTER INSERT OR UPDATE OR DELETE ON "{table}" '
            f'FOR EACH ROW EXECUTE FUNCTION "{self.name}"()',
            f'CREATE TRIGGER "{self.name}_past" BEFORE UPDATE OR DELETE ON "{past}" '
            "FOR EACH ROW EXECUTE FUNCTION guard_append_only()",
        ]

    def drops(self, model: type[models.Model]) -> list[str]:
        return [*super().drops(model), f'DROP TRIGGER IF EXISTS "{self.name}_past" ON "{self.names(model)["past"]}"']


class Sealed(Guard):
    """At commit each new event takes its company's head row and gets the next link of the hash chain (docs/adr/0005)."""

    function = "guard_sealed"

    def statements(self, model: type[models.Model]) -> list[str]:
        return [
            f'CREATE CONSTRAINT TRIGGER "{self.name}" AFTER INSERT ON "{model._meta.db_table}" '
            "DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION guard_sealed()"
        ]
