"""Rights of the application's database role, given by the owner after each migration (SPEC S7).

The application may read and write, but has no DDL, no TRUNCATE, and no UPDATE or DELETE on tables that are append-only.
"""

from django.apps import apps
from django.conf import settings
from django.db import connections

from invoicing_site.guards import AppendOnly, History

READ_ONLY = ("invoicing_site_sealhead", "invoicing_site_seal", "django_migrations")


def protected() -> dict[str, str]:
    """Tables with fewer rights than SELECT, INSERT, UPDATE, DELETE, and what they get instead."""
    rights = dict.fromkeys(READ_ONLY, "SELECT")
    for model in apps.get_models(include_auto_created=True):
        for constraint in model._meta.constraints:
            if isinstance(constraint, AppendOnly):
                rights.setdefault(model._meta.db_table, "SELECT, INSERT")
            if isinstance(constraint, History):
                rights[f"{model._meta.app_label}_historical{model._meta.model_name}"] = "SELECT"
    return rights


def grant(using: str = "default") -> None:
    """Give the application role its rights on every table. Does nothing when owner and application are one role."""
    connection = connections[using]
    role, owner = settings.APPLICATION_ROLE, connection.settings_dict["USER"]
    if not role or role == owner:
        return
    with connection.cursor() as cursor:
        quoted = connection.ops.quote_name(role)
        cursor.execute(f"GRANT USAGE ON SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {quoted}")
        cursor.execute(f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {quoted}")
        existing = set(connection.introspection.table_names(cursor))
        for table, rights in protected().items():
            if table in existing:
                cursor.execute(f'REVOKE ALL ON "{table}" FROM {quoted}')
                cursor.execute(f'GRANT {rights} ON "{table}" TO {quoted}')
