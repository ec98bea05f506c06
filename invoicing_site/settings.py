"""Settings; every variable is documented in docs/settings.md (a house test compares the two)."""

from pathlib import Path

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent

MODE = env.str("INVOICING_MODE", default="production")
DEMO, TESTING = MODE == "demo", MODE == "test"
DEBUG = False
SECRET_KEY = env.str("SECRET_KEY", default="")
BASE_URL = env.str("BASE_URL", default="http://localhost:8000").rstrip("/")
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
SECURE = BASE_URL.startswith("https://")

# Keys: "id:base64 of 32 bytes", the first one wraps new data keys (SPEC S2). SIGNING_KEY signs checkpoints.
DATA_KEYS = env.list("DATA_KEYS", default=[])
SIGNING_KEY = env.str("SIGNING_KEY", default="")
DATA_REGION = env.str("DATA_REGION", default="EU")
SECRETS_DIR = env.str("SECRETS_DIR", default="")
FILE_STORE = env.str("FILE_STORE", default=str(BASE_DIR / ".local" / "files"))

INSTALLED_APPS = [
    "invoicing_site.apps.SiteConfig",
    "clients.apps.ClientsConfig",
    "billing.apps.BillingConfig",
    "payments.apps.PaymentsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.forms",
    "invoicing_site.apps.AdminConfig",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "django_otp",
    "simple_history",
    "django_htmx",
    "heroicons",
    "django_structlog",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "django_structlog.middlewares.RequestMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "invoicing_site.middleware.SiteMiddleware",
]
ROOT_URLCONF = "invoicing_site.urls"
WSGI_APPLICATION = "invoicing_site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "invoicing_site.chrome.chrome",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# Database: the application's role; owner commands (manage.py) use MIGRATE_DATABASE_URL (SPEC S7).
APPLICATION_DATABASE = env.db("DATABASE_URL", default="postgres://invoicing_app@localhost/invoicing")
OWNER_DATABASE = env.db(
    "MIGRATE_DATABASE_URL", default=env.str("DATABASE_URL", default="postgres://localhost/invoicing")
)
DATABASES = {"default": dict(OWNER_DATABASE if env.bool("INVOICING_OWNER", default=False) else APPLICATION_DATABASE)}
DATABASES["default"] |= {"CONN_MAX_AGE": None, "CONN_HEALTH_CHECKS": True, "ATOMIC_REQUESTS": False}
# Statements run through `prepared()` are prepared at their first execution and planned once; the ORM's are not prepared.
DATABASES["default"]["OPTIONS"] = {
    "prepare_threshold": 0,
    "options": "-c plan_cache_mode=force_generic_plan",
} | DATABASES["default"].get("OPTIONS", {})
APPLICATION_ROLE = APPLICATION_DATABASE.get("USER", "")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env.str("REDIS_URL", default="redis://127.0.0.1:6379/1")


def cache_location(url: str) -> str:
    """Redis database 3 beside the broker's, in redis-py's spelling (Celery writes sockets as redis+socket://)."""
    if url.startswith("redis+socket://"):
        return "unix://" + url.removeprefix("redis+socket://").partition("?")[0] + "?db=3"
    return url.rsplit("/", 1)[0] + "/3" if url.count("/") > 2 else url + "/3"


CACHES = {"default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": cache_location(REDIS_URL)}}

# Accounts and MFA (docs/adr/0004): allauth enrols and signs in, django-otp tells who is verified.
AUTH_USER_MODEL = "invoicing_site.User"
AUTHENTICATION_BACKENDS = ["invoicing_site.accounts.Backend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "invoicing_site.accounts.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_REAUTHENTICATION_TIMEOUT = 300
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""  # allauth would write the Host header there
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
MFA_ADAPTER = "invoicing_site.accounts.MFAAdapter"
MFA_FORMS = {
    "add_webauthn": "invoicing_site.forms_factors.AddPasskeyForm",
    "authenticate": "invoicing_site.forms_factors.SignInCodeForm",
    "reauthenticate": "invoicing_site.forms_factors.ReauthenticateCodeForm",
    "authenticate_webauthn": "invoicing_site.forms_factors.AuthenticatePasskeyForm",
    "login_webauthn": "invoicing_site.forms_factors.LoginPasskeyForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_ISSUER = "Invoicing"
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not SECURE
USERSESSIONS_TRACK_ACTIVITY = True
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=0)
STEP_UP_SECONDS = 300

# Sessions, cookies, transport
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_SSL_REDIRECT = SECURE
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]  # probes come from inside, without TLS
SECURE_HSTS_SECONDS = 31536000 if SECURE else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = SECURE
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "SAMEORIGIN"
if env.bool("TRUST_FORWARDED_PROTO", default=False):
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
CSRF_FAILURE_VIEW = "invoicing_site.views.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "img-src": [SELF, "data:"],
        "frame-src": [SELF],
        "object-src": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
        "base-uri": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: []
    for name in ("accelerometer", "camera", "geolocation", "gyroscope", "magnetometer", "microphone", "payment", "usb")
}
RECEIVED_MAX_BYTES = env.int("RECEIVED_MAX_BYTES", default=5 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
# Larger bodies are not read (middleware.py): nothing else bounds files, and parts are slow to read.
LARGEST_REQUEST = 6 * 1024 * 1024
LARGEST_PARTS_OF_STRANGERS = 64 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 80_000  # a document form of 5,000 lines with every cell
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

# Languages and time: instants in UTC, business dates in each company's zone.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
# What is printed for customers speaks more than the site does (billing/documents/texts).
DOCUMENT_LANGUAGES = [*LANGUAGES, ("fr", _("French")), ("es", _("Spanish"))]
LOCALE_PATHS = [BASE_DIR / "invoicing_site" / "locale"]
USE_I18N = USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = env.str("STATIC_ROOT", default=str(BASE_DIR / ".local" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if TESTING
        else "whitenoise.storage.CompressedManifestStaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = TESTING

EMAIL_CONFIG = env.email("EMAIL_URL", default="consolemail://")
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend" if TESTING else EMAIL_CONFIG["EMAIL_BACKEND"]
EMAIL_HOST, EMAIL_PORT = EMAIL_CONFIG.get("EMAIL_HOST") or "", EMAIL_CONFIG.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL_CONFIG.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL_CONFIG.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS, EMAIL_USE_SSL = EMAIL_CONFIG.get("EMAIL_USE_TLS", False), EMAIL_CONFIG.get("EMAIL_USE_SSL", False)
EMAIL_FILE_PATH = (
    "/" + EMAIL_CONFIG["EMAIL_FILE_PATH"] if EMAIL_CONFIG.get("EMAIL_FILE_PATH") else None
)  # the URL's leading slash is lost
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="Invoicing <invoicing@localhost>")

# Where Stripe's API is, when it is not Stripe: the stand-in of demo and tests. startup.py refuses it in production.
STRIPE_API_BASE = env.str("STRIPE_API_BASE", default="").rstrip("/")
# The only hosts a customer is sent to for paying; Stripe's, and a domain of one's own if Stripe shows its page there.
PAYMENT_PAGE_HOSTS = env.list("PAYMENT_PAGE_HOSTS", default=["checkout.stripe.com"])
# Hosts inside the house that companies may name as a service to ask (asking.py); all others must be public and speak TLS.
PRIVATE_HOSTS = env.list("PRIVATE_HOSTS", default=[])
# Reports of undelivered mail come to bounce+<id>@<this domain>; empty: to the sender's own address, and nobody reads them here.
MAIL_BOUNCE_DOMAIN = env.str("MAIL_BOUNCE_DOMAIN", default="")
MAIL_PER_DOMAIN_PER_MINUTE = env.int("MAIL_PER_DOMAIN_PER_MINUTE", default=120)
MAIL_CATCHER = env.str("MAIL_CATCHER", default="")
MAIL_WEBHOOK_SECRET = env.str("MAIL_WEBHOOK_SECRET", default="")

# Exchange rates (docs/adr/0017): where the ECB's file is fetched (empty: nowhere), how far a rate may be from the last one, how old it may grow.
RATES_URL = env.str("RATES_URL", default="")
RATES_BAND_PERCENT = env.int("RATES_BAND_PERCENT", default=20)
RATES_MAX_AGE_DAYS = env.int("RATES_MAX_AGE_DAYS", default=7)

SIMPLE_HISTORY_ENABLED = False  # history rows are written by the database (guards.History), never in Python

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"json": {"()": "invoicing_site.logs.JSONFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING" if TESTING else "INFO"},
}
