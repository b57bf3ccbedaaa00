"""Planted faults: who imports whom, and names."""

from tests.architecture.planting import Case
from tests.architecture.rooms import (
    check_commands_file,
    check_data_files,
    check_folders,
    check_names,
    check_order_of_domains,
    check_pure_files,
    check_pure_list,
    check_screen_files,
)

_PURE = "crm/partners/distance.py"

CASES = [
    # --- pure files
    Case(
        check_pure_files,
        "computes_only",
        {
            "tests/architecture/pure.txt": "stdnum  # check digits\n",
            "crm/errors.py": "",
            "crm/clock.py": "",
            "crm/partners/enums.py": "from enum import StrEnum\n",
            _PURE: """\
                import uuid
                from datetime import date, datetime
                from rapidfuzz import fuzz
                from stdnum.fr import siren
                from urllib.parse import quote
                from crm import clock
                from crm.errors import DomainError
                from crm.partners.enums import Sector

                def age(born: date, today: date, row: uuid.UUID) -> int:
                    return (today - clock.day_of(born)).days
            """,
            "crm/partners/queries.py": "import os\nimport sqlalchemy\nopen('x')\n",
            "crm/web/headers.py": "import secrets\n",
        },
    ),
    Case(
        check_pure_files,
        "imports",
        {
            "tests/architecture/pure.txt": "",
            "crm/db.py": "",
            "crm/partners/models.py": "",
            "crm/partners/nudges.py": """\
                import os
                import sqlalchemy as sa
                from urllib import request
                from stdnum.fr import siren
                from flask_babel import gettext
                from crm.db import Base
                from crm.partners.models import Partner
                from . import models
            """,
        },
        (
            "crm/partners/nudges.py:1: a pure file imports os",
            "crm/partners/nudges.py:2: a pure file imports sqlalchemy",
            "crm/partners/nudges.py:3: a pure file imports urllib",
            "crm/partners/nudges.py:4: a pure file imports stdnum.fr",
            "crm/partners/nudges.py:5: a pure file imports flask_babel",
            "crm/partners/nudges.py:6: a pure file imports crm.db",
            "crm/partners/nudges.py:7: a pure file imports crm.partners.models",
            "crm/partners/nudges.py:8: a pure file imports crm.partners.models",
        ),
    ),
    Case(
        check_pure_files,
        "acts",
        {
            "crm/clock.py": "",
            _PURE: """\
                import datetime as dt
                from datetime import date
                from uuid import uuid4
                from crm import clock

                def load(path, day=date.today):
                    open("x")
                    path.read_text()
                    return dt.datetime.now(), uuid4(), clock.today()
            """,
        },
        (
            f"{_PURE}:6: a pure file uses datetime.date.today",
            f"{_PURE}:7: a pure file uses open",
            f"{_PURE}:8: a pure file uses .read_text()",
            f"{_PURE}:9: a pure file uses crm.clock.today",
            f"{_PURE}:9: a pure file uses datetime.datetime.now",
            f"{_PURE}:9: a pure file uses uuid.uuid4",
        ),
    ),
    Case(
        check_pure_files,
        "an_impure_name_is_impure_in_its_own_domain_only",
        {"crm/dedupe/merge.py": "import sqlalchemy\n", "crm/partners/merge.py": "import sqlalchemy\n"},
        ("crm/partners/merge.py:1: a pure file imports sqlalchemy",),
    ),
    Case(
        check_pure_list,
        "no_reason",
        {"tests/architecture/pure.txt": "# libraries\n\nstdnum  # check digits\nrequests\nlxml  #\n"},
        (
            "tests/architecture/pure.txt:4: requests has no reason",
            "tests/architecture/pure.txt:5: lxml has no reason",
        ),
    ),
    # --- what each kind of file may know
    Case(
        check_data_files,
        "flask_in_a_service",
        {
            "crm/db.py": "import flask\nfrom flask_sqlalchemy import SQLAlchemy\n",
            "crm/web/forms.py": "",
            "crm/partners/models.py": "from crm.db import Base\nfrom flask_login import UserMixin\n",
            "crm/partners/queries.py": "from sqlalchemy import select\nfrom wtforms import Form\n",
            "crm/partners/services.py": "import flask\nfrom crm.web import forms\nfrom . import views\n",
            "crm/partners/views.py": "from flask import request\n",
        },
        (
            "crm/partners/models.py:2: models.py imports flask_login",
            "crm/partners/queries.py:2: queries.py imports wtforms",
            "crm/partners/services.py:1: services.py imports flask",
            "crm/partners/services.py:2: services.py imports crm.web.forms",
            "crm/partners/services.py:3: services.py imports crm.partners.views",
        ),
    ),
    Case(
        check_screen_files,
        "sql_in_a_view",
        {
            "crm/db.py": "",
            "crm/partners/forms.py": "from flask_sqlalchemy import SQLAlchemy\n",
            "crm/partners/views.py": """\
                import sqlalchemy as sa
                from flask import session as browser
                from flask import session
                from crm.db import db

                def show(partners):
                    browser.get("theme")
                    session.get("theme")
                    partners.get(db.session(), 1)
                    db.session.execute(db.select(1))
                    return db.session().get(object, 1)
            """,
            "crm/partners/queries.py": "import sqlalchemy\n",
        },
        (
            "crm/partners/forms.py:1: forms.py imports flask_sqlalchemy",
            "crm/partners/views.py:1: views.py imports sqlalchemy",
            "crm/partners/views.py:10: views.py uses db.select",
            "crm/partners/views.py:10: views.py uses db.session.execute",
            "crm/partners/views.py:11: views.py uses db.session().get",
        ),
    ),
    # --- the order of domains
    Case(
        check_order_of_domains,
        "everybody_in_place",
        {
            "crm/__init__.py": "from crm.partners import views\n",
            "crm/cli.py": "from crm.partners.cli import cli\n",
            "crm/db.py": "from crm.access.policy import Actor\n",
            "crm/access/policy.py": "",
            "crm/access/guard.py": "from crm.web import pages\n",
            "crm/web/pages.py": "",
            "crm/partners/models.py": "",
            "crm/partners/cli.py": "",
            "crm/partners/search.py": "",
            "crm/partners/views.py": "from crm.access.guard import needs\nfrom crm.partners import forms\n",
            "crm/partners/forms.py": "from crm.web import pages\n",
            "crm/reminders/outbox/services.py": "",
            "crm/home/views.py": "from crm.partners import models, search\n",
            "crm/home/services.py": "from crm.reminders.outbox import services\n",
        },
    ),
    Case(
        check_order_of_domains,
        "upwards_and_private",
        {
            "crm/clock.py": "from crm.partners import models\n",
            "crm/access/policy.py": "",
            "crm/access/guard.py": "",
            "crm/web/pages.py": "from crm.access.policy import Actor\n",
            "crm/partners/models.py": "",
            "crm/partners/forms.py": "import importlib\n",
            "crm/partners/services.py": "from crm.interactions.models import Interaction\n",
            "crm/interactions/models.py": "",
            "crm/interactions/services.py": "from crm.access import guard\nfrom crm.partners import models\n",
            "crm/interactions/views.py": "from crm.partners import forms\nfrom crm import partners\n",
            "crm/home/wiring.py": "from ..partners import forms\n",
        },
        (
            "crm/clock.py:1: imports crm.partners.models: the frame knows no domain",
            "crm/home/wiring.py:1: imports crm.partners.forms: private to partners",
            "crm/interactions/services.py:1: imports crm.access.guard: private to access",
            "crm/interactions/views.py:1: imports crm.partners.forms: private to partners",
            "crm/interactions/views.py:2: imports crm.partners: private to partners",
            "crm/partners/forms.py:1: imports importlib, which hides who knows whom",
            "crm/partners/services.py:1: imports crm.interactions.models: partners comes before interactions",
            "crm/web/pages.py:1: imports crm.access.policy: crm/web knows no domain",
        ),
    ),
    Case(
        check_commands_file,
        "before_anything_is_installed",
        {
            "crm/__main__.py": "import venv\nimport machine\nfrom crm.clock import now\nimport click\n",
            "crm/machine.py": "import flask\n",
            "crm/clock.py": "from datetime import UTC\n",
        },
        (
            "crm/__main__.py:4: imports click before anything is installed",
            "crm/machine.py:1: imports flask before anything is installed",
        ),
    ),
    # --- names
    Case(
        check_names,
        "names",
        {
            "crm/calendar.py": "",
            "crm/reminders/queue/__init__.py": "",
            "crm/partners/utils.py": "",
            "crm/partners/routes.py": "",
            "crm/partners/CamelCase.py": "",
            "crm/partners/search.py": "",
            "tests/misc/test_x.py": "",
            "tests/calendar/test_x.py": "",
            "migrations/versions/20270101_0900_words.py": "",
        },
        (
            "crm/calendar.py:1: calendar shadows the standard library",
            "crm/partners/CamelCase.py:1: CamelCase is not in snake_case",
            "crm/partners/routes.py:1: routes.py has another name in this house",
            "crm/partners/utils.py:1: utils is a drawer",
            "crm/reminders/queue/__init__.py:1: queue shadows the standard library",
            "tests/misc/test_x.py:1: misc is a drawer",
        ),
    ),
    Case(
        check_folders,
        "a_room_outside_the_order",
        {
            "crm/partners/models.py": "",
            "crm/web/pages.py": "",
            "crm/static/a.css": "",
            "crm/billing/models.py": "",
        },
        ("crm/billing:1: billing is not in the order of domains",),
    ),
]
