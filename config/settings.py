"""Every setting of Assay. One file; what differs between machines is read from the environment (see .env.example)."""

import sys
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import structlog
from csp.constants import NONCE, NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from environs import Env, validate

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()
env.read_env(str(BASE_DIR / ".env"), recurse=False)

# ---------------------------------------------------------------- this installation
DEBUG = env.bool("DEBUG", False)
DEMO = env.bool("ASSAY_DEMO", False)
if DEMO and not DEBUG:
    raise ImproperlyConfigured(
        "ASSAY_DEMO gives everybody the same password: it needs DEBUG on, on a machine of your own."
    )
SECRET_KEY = env.str("SECRET_KEY", "only-for-a-machine-of-your-own" if DEBUG else "")
if not SECRET_KEY:
    raise ImproperlyConfigured("Set SECRET_KEY to a long random text (see .env.example).")
SECRET_KEY_FALLBACKS: list[str] = env.list("SECRET_KEY_FALLBACKS", [])
ALLOWED_HOSTS: list[str] = env.list("ALLOWED_HOSTS", ["localhost", "127.0.0.1", "[::1]"] if DEBUG else [])
CSRF_TRUSTED_ORIGINS: list[str] = env.list("CSRF_TRUSTED_ORIGINS", [])
HTTPS = env.bool("HTTPS", not DEBUG)
SITE_NAME = env.str("SITE_NAME", "Assay")
RUNTIME_DIR = Path(env.str("ASSAY_DATA", str(BASE_DIR / "var")))
BACKUPS = Path(env.str("ASSAY_BACKUPS", str(RUNTIME_DIR / "backups")))

# ---------------------------------------------------------------- what it is made of
INSTALLED_APPS = [
    "results",
    "marking",
    "essays",
    "rubrics",
    "courses",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "config.oidc",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_htmx",
    "django_linear_migrations",
    "django_tasks",
    "django_tasks_db",
    "js_lib_bootstrap5",
    "lucide",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "config.middleware.PlainAddresses",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django_permissions_policy.PermissionsPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "config.middleware.SignIn",
    "config.middleware.SecondFactor",
    "config.support.SeeAs",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "config.middleware.RefusalAnswers",
    "config.middleware.PrivatePages",
]
ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
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
                "config.context.site",
            ],
            "builtins": ["courses.templatetags.words"],
        },
    }
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"

# ---------------------------------------------------------------- data
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
SQLITE_INIT = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA wal_autocheckpoint=1000; PRAGMA journal_size_limit=67108864; PRAGMA secure_delete=ON;"
)
_database: dict[str, Any] = dict(env.dj_db_url("DATABASE_URL", f"sqlite:///{RUNTIME_DIR / 'assay.sqlite3'}"))
if _database["ENGINE"] == "django.db.backends.sqlite3":
    Path(_database["NAME"]).parent.mkdir(parents=True, exist_ok=True)
    _database["OPTIONS"] = {"transaction_mode": "IMMEDIATE", "timeout": 20, "init_command": SQLITE_INIT}
else:
    _database["CONN_MAX_AGE"] = 0
    _database["CONN_HEALTH_CHECKS"] = True
    _database["OPTIONS"] = {
        **_database.get("OPTIONS", {}),
        "pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL", 8), "timeout": 10},
        "options": "-c idle_in_transaction_session_timeout=15s -c lock_timeout=5s -c statement_timeout=15s",
    }
DATABASES = {"default": _database}
CACHES: dict[str, Any] = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "cache",
        "OPTIONS": {"MAX_ENTRIES": 50_000},  # counts of wrong codes, and codes used up, are not to be pushed out
    },
    "memory": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "LOCATION": "memory"},
}
TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}

# ---------------------------------------------------------------- who signs in, and how
AUTH_USER_MODEL = "courses.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["config.passwords.Argon2", "django.contrib.auth.hashers.PBKDF2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = 3600
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "results:home-index"
ACCOUNT_ADAPTER = "config.accounts.Accounts"
ACCOUNT_FORMS = {
    "login": "config.accounts.SignIn",
    "reset_password": "config.accounts.AskForNewPassword",
    "reset_password_from_key": "config.accounts.NewPassword",
    "change_password": "config.accounts.ChangePassword",
    "set_password": "config.accounts.FirstPassword",
    "reauthenticate": "config.accounts.SayPassword",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
# Tries to sign in are counted by config.accounts, over every process. A whole school sits behind one address.
ACCOUNT_RATE_LIMITS = {
    "login": "",
    "login_failed": "",
    "reauthenticate": "",
    "reset_password": "300/m/ip,5/h/key",
    "reset_password_from_key": "300/m/ip",
}
SIGN_INS_A_MINUTE = env.int("SIGN_INS_A_MINUTE", 600)
CLIENT_ADDRESS_HEADER = env.str("CLIENT_ADDRESS_HEADER", "")

# ---------------------------------------------------------------- second factors
SECOND_FACTOR_FOR = env.str("SECOND_FACTOR_FOR", "nobody" if DEBUG else "admins")
if SECOND_FACTOR_FOR not in ("nobody", "admins", "teachers"):
    raise ImproperlyConfigured("SECOND_FACTOR_FOR is one of nobody, admins or teachers (which means admins too).")
MFA_ADAPTER = "config.second_factors.SecondFactors"
MFA_FORMS = {
    "authenticate": "config.second_factors.GiveCode",
    "reauthenticate": "config.second_factors.ConfirmWithCode",
    "activate_totp": "config.second_factors.AddApp",
    "authenticate_webauthn": "config.second_factors.GivePasskey",
    "login_webauthn": "config.second_factors.SignInWithPasskey",
    "reauthenticate_webauthn": "config.second_factors.ConfirmWithPasskey",
    "add_webauthn": "config.second_factors.AddPasskey",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_TOTP_TOLERANCE = 1  # a code that was right half a minute ago is taken, once
MFA_ALLOW_UNVERIFIED_EMAIL = True  # addresses come by list, from the school
MFA_RATE_LIMITS = {"webauthn_login": "600/m/ip"}

# ---------------------------------------------------------------- the school's own sign-in (OpenID Connect)
SCHOOL_SIGN_IN_ISSUER = env.str("SCHOOL_SIGN_IN_ISSUER", "").rstrip("/")
SCHOOL_SIGN_IN_NAME = env.str("SCHOOL_SIGN_IN_NAME", "your school")
SCHOOL_SIGN_IN_CLIENT = env.str("SCHOOL_SIGN_IN_CLIENT", "")
SCHOOL_SIGN_IN_SECRET = env.str("SCHOOL_SIGN_IN_SECRET", "")
SCHOOL_SIGN_IN_DOMAINS: list[str] = env.list("SCHOOL_SIGN_IN_DOMAINS", [])
SCHOOL_SIGN_IN_MAKES_ACCOUNTS = env.bool("SCHOOL_SIGN_IN_MAKES_ACCOUNTS", False)
SCHOOL_SIGN_IN_IS_SECOND_FACTOR = env.bool("SCHOOL_SIGN_IN_IS_SECOND_FACTOR", False)
if SCHOOL_SIGN_IN_ISSUER and not (SCHOOL_SIGN_IN_CLIENT and SCHOOL_SIGN_IN_SECRET):
    raise ImproperlyConfigured("SCHOOL_SIGN_IN_ISSUER needs SCHOOL_SIGN_IN_CLIENT and SCHOOL_SIGN_IN_SECRET beside it.")
if SCHOOL_SIGN_IN_ISSUER and not (DEBUG or SCHOOL_SIGN_IN_ISSUER.startswith("https://")):
    raise ImproperlyConfigured("SCHOOL_SIGN_IN_ISSUER begins with https://: what it says signs people in.")
SOCIALACCOUNT_ADAPTER = "config.oidc.adapters.SchoolAccounts"
SOCIALACCOUNT_STORE_TOKENS = False

# ---------------------------------------------------------------- sessions and cookies
SESSION_ENGINE = "config.sessions"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SECURE = HTTPS
SESSION_COOKIE_NAME = "__Host-sessionid" if HTTPS else "sessionid"
KNOWN_DEVICE_COOKIE = "__Host-known" if HTTPS else "known"
CSRF_COOKIE_SECURE = HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_NAME = "__Host-csrftoken" if HTTPS else "csrftoken"
CSRF_FAILURE_VIEW = "config.middleware.csrf_failure"

# ---------------------------------------------------------------- walls
SECURE_SSL_REDIRECT = HTTPS and env.bool("SSL_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
SECURE_REFERRER_POLICY = "same-origin"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("BEHIND_PROXY", False) else None
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "object-src": [NONE],
    }
}
PERMISSIONS_POLICY: dict[str, list[str]] = {
    name: [] for name in ("camera", "geolocation", "microphone", "payment", "usb", "display-capture")
}
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000
FILE_UPLOAD_HANDLERS = [
    "config.uploads.NothingLarge",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# ---------------------------------------------------------------- time and words
USE_TZ = True
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en-gb"
USE_I18N = False

# ---------------------------------------------------------------- unsent words
# A page on plain HTTP cannot seal what it keeps in the browser until it is sent. On, it keeps it unsealed.
ALLOW_PLAIN_JOURNAL = env.bool("ASSAY_ALLOW_PLAIN_JOURNAL", False)

# ---------------------------------------------------------------- how long what is kept; 0 days: for good
DAYS = validate.Range(min=0, max=36_500)
KEEP_DRAFTS_DAYS = env.int("ASSAY_KEEP_DRAFTS_DAYS", 365, validate=DAYS)
KEEP_ESSAYS_DAYS = env.int("ASSAY_KEEP_ESSAYS_DAYS", 0, validate=DAYS)
KEEP_PEOPLE_DAYS = env.int("ASSAY_KEEP_PEOPLE_DAYS", 0, validate=DAYS)
KEEP_LOOKS_DAYS = env.int("ASSAY_KEEP_LOOKS_DAYS", 1095, validate=DAYS)
KEEP_TASKS_DAYS = env.int("ASSAY_KEEP_TASKS_DAYS", 30, validate=DAYS)
KEEP_SESSIONS_DAYS = env.int("ASSAY_KEEP_SESSIONS_DAYS", 1, validate=DAYS)
KEEP_WAITING_DAYS = env.int("ASSAY_KEEP_WAITING_DAYS", 1095, validate=DAYS)
KEPT_LOGS_DAYS = env.int("ASSAY_KEPT_LOGS_DAYS", 0, validate=DAYS)
KEPT_BACKUPS_DAYS = env.int("ASSAY_KEPT_BACKUPS_DAYS", 0, validate=DAYS)
ERASURE_LIST = Path(env.str("ASSAY_ERASURE_LIST", str(RUNTIME_DIR / "erasures.txt")))

# ---------------------------------------------------------------- static files
STATIC_URL = "static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", str(RUNTIME_DIR / "static")))
if DEBUG:
    STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {
        "BACKEND": (
            "django.contrib.staticfiles.storage.StaticFilesStorage" if DEBUG else "config.storage.HashedStaticFiles"
        )
    },
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = False
WHITENOISE_KEEP_ONLY_HASHED_FILES = True
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = ["map", "jpg", "jpeg", "png", "gif", "webp", "zip", "gz", "br", "woff", "woff2"]

# ---------------------------------------------------------------- mail
_mail_url = urlsplit(env.str("EMAIL_URL", "console:"))  # console: · smtp://user:password@host:587/?tls=1
EMAIL_BACKEND = f"django.core.mail.backends.{'smtp' if _mail_url.scheme == 'smtp' else 'console'}.EmailBackend"
EMAIL_HOST, EMAIL_PORT = _mail_url.hostname or "localhost", _mail_url.port or 25
EMAIL_HOST_USER, EMAIL_HOST_PASSWORD = unquote(_mail_url.username or ""), unquote(_mail_url.password or "")
EMAIL_USE_TLS = "tls=1" in _mail_url.query
EMAIL_TIMEOUT = 10
MAIL_IS_SET_UP = _mail_url.scheme == "smtp"
_named_hosts = [host for host in ALLOWED_HOSTS if not host.startswith(("*", "."))]
_own_address = f"{'https' if HTTPS else 'http'}://{_named_hosts[0]}" if _named_hosts else ""
SITE_ADDRESS = (env.str("SITE_ADDRESS", "") or next(iter(CSRF_TRUSTED_ORIGINS), _own_address)).rstrip("/")
DEFAULT_FROM_EMAIL = env.str("MAIL_FROM", "assay@localhost")

# ---------------------------------------------------------------- logs
_shared: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.processors.TimeStamper("iso"),
]
structlog.configure(
    processors=[*_shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "lines": {
            "()": "structlog.stdlib.ProcessorFormatter",
            "processor": (
                structlog.dev.ConsoleRenderer(
                    colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
                )
                if DEBUG
                else structlog.processors.JSONRenderer()
            ),
            "foreign_pre_chain": _shared,
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "lines"}},
    "root": {"handlers": ["stderr"], "level": env.str("LOG_LEVEL", "WARNING" if DEBUG else "INFO")},
}
