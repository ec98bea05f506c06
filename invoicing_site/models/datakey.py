"""Data keys, wrapped by the key ring. Rotating the ring rewraps these rows and touches no ciphertext."""

import os
from typing import Any

from django.db import models

from invoicing_site import crypto


class Purpose(models.TextChoices):
    DATA = "data"
    SEARCH = "search"


class DataKeyManager(models.Manager["DataKey"]):
    def active(self, purpose: str = Purpose.DATA) -> "DataKey":
        """The newest key of `purpose`; the first call makes one."""
        found = self.filter(purpose=purpose).order_by("-pk").first()
        return found or self.make(purpose)

    def make(self, purpose: str = Purpose.DATA, **fields: Any) -> "DataKey":
        name, wrapped = crypto.wrap(os.urandom(32))
        return self.create(purpose=purpose, ring_key=name, wrapped=wrapped, **fields)


class DataKey(models.Model):
    purpose = models.CharField(max_length=10, choices=Purpose.choices, default=Purpose.DATA)
    ring_key = models.CharField(max_length=40)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField(auto_now_add=True)

    objects = DataKeyManager()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
