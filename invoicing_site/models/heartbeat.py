"""When the workers of a queue last finished something: a worker that is connected, and deaf, finishes nothing."""

from django.db import models


class Heartbeat(models.Model):
    queue = models.CharField(max_length=20, primary_key=True)
    asked_at = models.DateTimeField()
    finished_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.queue} {self.finished_at}"
