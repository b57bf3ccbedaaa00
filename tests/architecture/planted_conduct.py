"""Planted faults: transactions, rights, SQL, clock and chance, addresses, settings, sizes."""

from tests.architecture.conduct import (
    check_addresses,
    check_chance,
    check_clock,
    check_environment,
    check_network,
    check_no_built_markup,
    check_no_built_sql,
    check_no_create_all,
    check_one_commit,
    check_settings_are_documented,
    check_sizes,
    check_transactions_are_opened_outside,
    check_views_state_their_right,
)
from tests.architecture.planting import Case


def _long_function(name: str, lines: int, remark: str = "") -> str:
    return f"def {name}():{remark}\n" + "    pass\n" * (lines - 1)


CASES = [
    # --- one transaction, one commit
    Case(
        check_one_commit,
        "a_second_commit",
        {
            "crm/db.py": "session.commit()\n",
            "crm/access/guard.py": "session.rollback()\n",
            "crm/imports/commit.py": "",
            "crm/imports/cli.py": "from crm.imports import commit\ncommit.run()\n",
            "crm/partners/services.py": """\
                def log(session, engine):
                    session.flush()
                    with session.begin_nested():
                        session.rollback()
                    end = session.commit
                    with engine.begin():
                        end()
            """,
            "seeds/demo.py": "db.session.commit()\n",
            "tests/test_x.py": "session.commit()\n",
        },
        (
            "crm/partners/services.py:4: session.rollback outside crm/db.py",
            "crm/partners/services.py:5: session.commit outside crm/db.py",
            "crm/partners/services.py:6: engine.begin outside crm/db.py",
            "seeds/demo.py:1: db.session.commit outside crm/db.py",
        ),
    ),
    Case(
        check_transactions_are_opened_outside,
        "a_service_opens_one",
        {
            "crm/db.py": "",
            "crm/access/guard.py": "from crm.db import transaction\ntransaction()\n",
            "crm/partners/cli.py": "from crm.db import transaction\ntransaction()\n",
            "crm/partners/services.py": "from crm.db import transaction\n\nwith transaction():\n    pass\n",
            "crm/partners/views.py": "from crm import db\ndb.transaction()\n",
        },
        (
            "crm/partners/services.py:3: services.py opens a transaction",
            "crm/partners/views.py:2: views.py opens a transaction",
        ),
    ),
    Case(
        check_no_create_all,
        "tables_without_migrations",
        {
            "tests/conftest.py": "# create_all\ndb.create_all()\n",
            "crm/db.py": "Base.metadata.create_all(engine)\n",
        },
        ("crm/db.py:1: create_all", "tests/conftest.py:2: create_all"),
    ),
    # --- rights and addresses
    Case(
        check_views_state_their_right,
        "a_silent_view",
        {
            "crm/partners/views.py": """\
                @pages.get("/partenaires")
                @needs(Permission.PARTNER_READ)
                def index(): ...

                @pages.route("/partenaires/nouveau", methods=["GET", "POST"])
                def new(): ...

                @needs(Permission.PARTNER_READ)
                @pages.get("/partenaires/<public_id>")
                def show(public_id): ...

                @pages.post("/partenaires/<public_id>")
                @needs()
                def change(public_id): ...

                def no_view(): ...
            """,
            "crm/web/health.py": '@pages.get("/healthz")\ndef health(): ...\n',
            "crm/__init__.py": """\
                app.add_url_rule("/healthz", view_func=needs(PUBLIC)(health))
                app.add_url_rule("/version", view_func=version)
            """,
        },
        (
            "crm/__init__.py:2: add_url_rule with a view that states no right",
            "crm/partners/views.py:6: new states no right",
            "crm/partners/views.py:10: @needs of show is above its route",
            "crm/partners/views.py:14: change states no right",
        ),
    ),
    Case(
        check_addresses,
        "numbers_and_accents",
        {
            "crm/partners/views.py": """\
                pages = Blueprint("partners", __name__, url_prefix="/Partenaires")

                @pages.get("/<public_id>/modifier")
                def edit(public_id): ...

                @pages.get("/contacts/<int:contact_id>")
                def show(contact_id): ...

                @pages.route("/échanges/mes_notes")
                def notes(): ...
            """,
            "crm/__init__.py": 'app.add_url_rule("/x/<int:number>", view_func=x)\n',
        },
        (
            "crm/__init__.py:1: <int:> in /x/<int:number>",
            "crm/partners/views.py:1: /Partenaires is not plain",
            "crm/partners/views.py:6: <int:> in /contacts/<int:contact_id>",
            "crm/partners/views.py:9: /échanges/mes_notes is not plain",
        ),
    ),
    # --- SQL and HTML from strings
    Case(
        check_no_built_sql,
        "sql_from_strings",
        {
            "crm/partners/queries.py": """\
                import sqlalchemy as sa
                from sqlalchemy import text
                from crm.partners.words import text as words

                WHOLE = "SELECT 1 WHERE name = :name"

                def find(session, name, cursor):
                    text(WHOLE)
                    words(f"{name}")
                    cursor.execute(f"PRAGMA busy_timeout={name}")
                    text(f"SELECT {name}")
                    sa.text("SELECT '%s'" % name)
                    sa.text(text="SELECT " + name)
                    sa.literal_column("lower({})".format(name))
                    cursor.execute(f"DELETE FROM {name}")
                    query = "SELECT 1"
                    query += " WHERE 1"
                    session.execute(text(query))
            """,
        },
        (
            "crm/partners/queries.py:11: SQL built from strings: text(f'SELECT {name}')",
            "crm/partners/queries.py:12: SQL built from strings: sa.text(\"SELECT '%s'\" % name)",
            "crm/partners/queries.py:13: SQL built from strings: sa.text(text='SELECT ' + name)",
            "crm/partners/queries.py:14: SQL built from strings: sa.literal_column('lower({})'.format(name))",
            "crm/partners/queries.py:15: SQL built from strings: cursor.execute(f'DELETE FROM {name}')",
            "crm/partners/queries.py:18: SQL built from strings: text(query)",
        ),
    ),
    Case(
        check_no_built_markup,
        "html_from_strings",
        {
            "crm/web/formats.py": """\
                from markupsafe import Markup
                Markup("<b>{}</b>").format(name)
                Markup(f"<b>{name}</b>")
                Markup(name)
            """,
        },
        (
            "crm/web/formats.py:3: Markup(f'<b>{name}</b>') is trusted as HTML",
            "crm/web/formats.py:4: Markup(name) is trusted as HTML",
        ),
    ),
    # --- clock, chance, environment
    Case(
        check_clock,
        "clocks",
        {
            "crm/clock.py": "from datetime import UTC, datetime\ndatetime.now(UTC)\n",
            "crm/__main__.py": "import time\ntime.time()\n",
            "crm/web/sessions.py": """\
                import time
                from crm import clock
                time.monotonic()
                clock.now()
                time.time()
            """,
            "crm/partners/services.py": "from crm.clock import PARIS, today\ntoday()\n",
            "crm/partners/models.py": "from datetime import datetime as moment\nfield(moment.utcnow)\n",
            "seeds/demo.py": "from datetime import date\ndate.today()\ndate(2026, 1, 1)\n",
        },
        (
            "crm/partners/models.py:2: datetime.datetime.utcnow outside crm/clock.py",
            "crm/partners/services.py:2: crm.clock.today read deep inside",
            "crm/web/sessions.py:5: time.time outside crm/clock.py",
            "seeds/demo.py:2: datetime.date.today outside crm/clock.py",
        ),
    ),
    Case(
        check_chance,
        "dice",
        {
            "crm/db.py": "import secrets\n",
            "crm/partners/services.py": "import uuid\nimport os\nuuid.UUID(x)\nuuid.uuid4()\nos.urandom(8)\n",
            "crm/partners/views.py": "from secrets import token_urlsafe\n",
            "seeds/demo.py": "import random\n",
        },
        (
            "crm/partners/services.py:4: draws from uuid.uuid4",
            "crm/partners/services.py:5: draws from os.urandom",
            "crm/partners/views.py:1: draws from secrets",
            "seeds/demo.py:1: draws from random",
        ),
    ),
    Case(
        check_network,
        "a_second_way_out",
        {
            "crm/__main__.py": "import socket\n",
            "crm/reminders/delivery.py": "import smtplib\n",
            "crm/reminders/services.py": "import smtplib\nfrom http import HTTPStatus\n",
            "crm/partners/cli.py": "from urllib import parse, request\nimport httpx\n",
        },
        (
            "crm/partners/cli.py:1: imports urllib",
            "crm/partners/cli.py:2: imports httpx",
            "crm/reminders/services.py:1: imports smtplib",
        ),
    ),
    Case(
        check_environment,
        "settings_read_elsewhere",
        {
            "config.py": "import os\nos.environ\n",
            "crm/web/headers.py": "import os\nfrom os import getenv\nos.environ['X']\ngetenv('X')\n",
        },
        (
            "crm/web/headers.py:3: os.environ outside config.py",
            "crm/web/headers.py:4: os.getenv outside config.py",
        ),
    ),
    Case(
        check_settings_are_documented,
        "a_silent_setting",
        {
            "config.py": 'read("PASSERELLE_SMTP_URL")\nread("PASSERELLE_SECRET_KEY")\n',
            "docs/deployment.md": "| `PASSERELLE_SECRET_KEY` | sessions |\n| `PASSERELLE_OLD` | gone |\n",
        },
        (
            "config.py:1: PASSERELLE_SMTP_URL is not in docs/deployment.md",
            "docs/deployment.md:2: PASSERELLE_OLD is read nowhere",
        ),
    ),
    # --- sizes
    Case(
        check_sizes,
        "sizes",
        {
            "crm/long_file.py": "x = 1\n" * 501,
            "crm/fits.py": "x = 1\n" * 500,
            "crm/table.py": "# long: one table, read as a whole\n" + "x = 1\n" * 501,
            "crm/no_reason.py": "# long:\n" + "x = 1\n" * 501,
            "crm/functions.py": (
                _long_function("fits", 60)
                + _long_function("too_long", 61)
                + _long_function("explained", 61, "  # long: one table, read as a whole")
            ),
            "migrations/versions/20270101_0900_words.py": "x = 1\n" * 501,
            "templates/partners/show.html": "<p></p>\n" * 501,
            "crm/static/generated/bootstrap.css": "a {}\n" * 501,
        },
        (
            "crm/functions.py:61: too_long has 61 lines",
            "crm/long_file.py:1: 501 lines",
            "crm/no_reason.py:1: 502 lines",
            "templates/partners/show.html:1: 501 lines",
        ),
    ),
]
