import os

from django.core.wsgi import get_wsgi_application

from invoicing_site import startup

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "invoicing_site.settings")
application = get_wsgi_application()
startup.demand()
