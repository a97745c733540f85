"""Django's settings as a function of TEIKEI_HOME; nothing is read at import or from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from review.secret import load_secret_key

# A money action that moves more than this needs a second person (DOMAIN §6).
SECOND_PERSON_ABOVE_YEN = 100_000
# Django's own default mails errors to administrators; here they belong on the terminal. Requests
# under a foreign host name are refused, and that is no news.
_LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {
        "terminal": {"class": "logging.StreamHandler"},
        "nowhere": {"class": "logging.NullHandler"},
    },
    "loggers": {
        "django": {"handlers": ["terminal"], "level": "WARNING", "propagate": False},
        "django.security.DisallowedHost": {"handlers": ["nowhere"], "propagate": False},
    },
}


def settings_for(home: Path) -> dict[str, Any]:
    """Keyword arguments for `django.conf.settings.configure`. Makes `review/` and `secrets/`."""
    (home / "review").mkdir(parents=True, exist_ok=True)
    return {
        "TEIKEI_HOME": home,
        "SECOND_PERSON_ABOVE_YEN": SECOND_PERSON_ABOVE_YEN,
        "DEBUG": False,
        "SECRET_KEY": load_secret_key(home),
        "ALLOWED_HOSTS": ["localhost", "127.0.0.1", "[::1]"],
        "ROOT_URLCONF": "review.desk.urls",
        "INSTALLED_APPS": ["review.desk"],
        "MIDDLEWARE": [
            "django.middleware.security.SecurityMiddleware",
            "django.middleware.common.CommonMiddleware",
            "django.middleware.csrf.CsrfViewMiddleware",
            "django.middleware.clickjacking.XFrameOptionsMiddleware",
            "review.desk.security.add_content_policy",
        ],
        "TEMPLATES": [
            {"BACKEND": "django.template.backends.django.DjangoTemplates", "APP_DIRS": True}
        ],
        "DATABASES": {"default": _sqlite(home / "review" / "decisions.sqlite3")},
        "DEFAULT_AUTO_FIELD": "django.db.models.BigAutoField",
        "LANGUAGE_CODE": "ja",
        "TIME_ZONE": "Asia/Tokyo",
        "USE_TZ": True,
        "CSRF_COOKIE_HTTPONLY": True,
        "CSRF_COOKIE_SAMESITE": "Strict",
        "X_FRAME_OPTIONS": "DENY",
        "LOGGING": _LOGGING,
    }


def _sqlite(path: Path) -> dict[str, Any]:
    """Write-ahead log: a reader never waits for a decision being written, nor the other way."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": path,
        "OPTIONS": {
            "timeout": 10,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;",
        },
    }
