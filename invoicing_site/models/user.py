"""A person who signs in. Rights come from memberships (rules/roles.py), never from Django's permission tables."""

import uuid
from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _

from invoicing_site.guards import History
from invoicing_site.models.base import history


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, username: str | None) -> "User":
        return self.get(email__iexact=username)


class User(AbstractBaseUser):  # type: ignore[django-manager-missing]  # django-otp is untyped
    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150, blank=True)
    language = models.CharField(_("language"), max_length=5, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    is_platform_admin = models.BooleanField(_("platform admin"), default=False)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    history = history(excluded_fields=["password", "last_login"])
    objects: ClassVar[UserManager] = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_any_case"),
            History(name="user_history"),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_staff(self) -> bool:
        """Who may see the admin at all; what is shown there is decided by adminsite.py and the role table."""
        from invoicing_site.rules.roles import ADMIN_ROLES

        return self.is_active and (
            self.is_platform_admin or self.memberships.current().filter(role__in=ADMIN_ROLES).exists()
        )

    def has_perm(self, perm: str, obj: object = None) -> bool:
        return False

    def has_module_perms(self, app_label: str) -> bool:
        return self.is_staff
