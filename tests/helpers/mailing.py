"""The product's Celery application, mailing for real: to the server at MAIL_PORT of this machine."""

import os

from django.conf import settings

from invoicing_site.celery import app

settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", int(os.environ["MAIL_PORT"])

__all__ = ["app"]
