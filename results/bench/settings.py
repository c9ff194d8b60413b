"""The settings of a measured server: as in production, over plain HTTP on 127.0.0.1, static files as they lie."""

import os

os.environ.setdefault("DEBUG", "1")
os.environ["HTTPS"] = "0"

from config.settings import *  # noqa: F403
from config.settings import MIDDLEWARE

DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"
MIDDLEWARE = ["results.bench.statements.CountStatements", *MIDDLEWARE]
