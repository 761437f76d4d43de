"""Django, raw SQL or its ORM, whose query is the same here: its models know only what is asked.

One connection a thread, which stays (CONN_MAX_AGE); no middleware."""

import os

import django
from django.conf import settings
from django.http import HttpResponse
from django.urls import path

from agents import CONNINFO, INDEX, NAMES, encode, listed
from questions import LIST

settings.configure(
    ALLOWED_HOSTS=["*"], DEBUG=False, INSTALLED_APPS=["telephony"], MIDDLEWARE=[],
    ROOT_URLCONF=__name__, SECRET_KEY="nothing is signed", USE_I18N=False, USE_TZ=False,
    LOGGING_CONFIG=None, DATABASES={"default": {
        "ENGINE": "django.db.backends.postgresql", "HOST": CONNINFO["host"],
        "PORT": CONNINFO["port"], "USER": CONNINFO["user"], "NAME": CONNINFO["dbname"],
        "CONN_MAX_AGE": None}})
django.setup()

from django.core.wsgi import get_wsgi_application  # noqa: E402, after setup()
from django.db import connection  # noqa: E402
from django.db.models import F, Value  # noqa: E402
from telephony.models import Agent  # noqa: E402

BY_ORM = Agent.objects.annotate(
    **{name: F(f"login__{name}") for name in NAMES[1:4]},
    status=Value("offline"), extension_status=Value("-1"), paused=Value("0")).values_list(*NAMES)


def answer(body: bytes) -> HttpResponse:
    return HttpResponse(body, content_type="application/json")


def index(_request):
    return answer(encode(INDEX))


def agents(_request):
    with connection.cursor() as cursor:
        cursor.execute(LIST)
        return answer(listed(cursor.fetchall()))


def agents_by_orm(_request):
    return answer(listed(BY_ORM.all()))


urlpatterns = [
    path("index", index),
    path("agents", agents_by_orm if os.environ.get("TRUNKLINE_ORM") else agents),
]
application = get_wsgi_application()
