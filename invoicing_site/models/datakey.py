"""Data keys, wrapped by the key ring. Rotating the ring rewraps these rows and touches no ciphertext."""

from django.core.exceptions import ImproperlyConfigured
from django.db import models


class Purpose(models.TextChoices):
    DATA = "data"
    SEARCH = "search"


class DataKeyManager(models.Manager["DataKey"]):
    def active(self, purpose: str = Purpose.DATA) -> "DataKey":
        """The newest key of `purpose`. Migrating made the first: a key made at first use would vanish with the transaction it
        was made in, and what a process goes on sealing with it could never be read. Raises ImproperlyConfigured without one."""
        found = self.filter(purpose=purpose).order_by("-pk").first()
        if found is None:
            raise ImproperlyConfigured(f"No {purpose} key in the database: run manage.py migrate.")
        return found


class DataKey(models.Model):
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.DATA)
    ring_key = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DataKeyManager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
