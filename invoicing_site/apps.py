"""App configurations of the ground floor: loading Celery, the admin site, and the grants after each migration."""

from typing import Any

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as BaseAdminConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class SiteConfig(AppConfig):
    name = "invoicing_site"
    verbose_name = _("Site")

    def ready(self) -> None:
        import invoicing_site.accounts
        import invoicing_site.celery
        import invoicing_site.checks  # noqa: F401
        from invoicing_site.grants import grant

        def grants(**kwargs: Any) -> None:
            grant(kwargs.get("using", "default"))

        # post_migrate is Django's hook for exactly this; it carries no business.
        post_migrate.connect(grants, sender=self, weak=False, dispatch_uid="grants")


class AdminConfig(BaseAdminConfig):
    default_site = "invoicing_site.adminsite.AdminSite"
