"""An error says what, and how to go on; never a stack, never a secret."""

import io

import pytest
from sqlalchemy.exc import OperationalError

TOO_MUCH = 12 * 1024 * 1024


def test_a_fault_shows_its_number_and_nothing_of_itself(browser, caplog):
    answer = browser.get("/essai/panne")
    assert answer.status_code == 500
    assert "sésame" not in answer.text
    assert "Traceback" not in answer.text
    number = caplog.records[-1].getMessage().split()[1]
    assert number in answer.text, "the user can quote it, the administrator can find it"


@pytest.mark.parametrize("path", ["/nulle-part", "/partenaires/", "/connexion/", "/%00", "/%ff", "/" + "a" * 5000])
def test_an_unknown_address_is_a_clear_404(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "introuvable" in answer.text.lower()


def test_a_wrong_method_says_which_are_allowed(browser):
    answer = browser.client.delete("/connexion")
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def multipart(fields, files):
    """A body made by hand: the test client would leave its own temporary file open."""
    parts = [f'--frontiere\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
    for name, content in files.items():
        head = f'--frontiere\r\nContent-Disposition: form-data; name="{name}"; filename="a.bin"\r\n\r\n'
        parts.append(f"{head}{content}\r\n")
    body = "".join([*parts, "--frontiere--\r\n"]).encode()
    return {"input_stream": io.BytesIO(body), "content_type": "multipart/form-data; boundary=frontiere"}


def test_too_much_is_refused_with_the_limit(make, browser, snapshot):
    browser.sign_in(make.user())
    tokens = browser.form("/essai/formulaire", action="/essai/structure").values
    before = snapshot()
    for body in (
        {"data": {**tokens, "name": "x" * 600_000}},
        multipart({**tokens, "name": "x" * 600_000}, {}),
        multipart(tokens, {"file": "x" * TOO_MUCH}),
        multipart(tokens | {f"champ{n}": "x" for n in range(1_001)}, {}),
    ):
        answer = browser.client.post("/essai/structure", **body)
        assert answer.status_code == 413
        assert "11 Mo" in answer.text
    assert snapshot() == before


@pytest.mark.parametrize(
    "junk", ["\x00", "\ud800".encode("utf-8", "surrogatepass"), b"\xff\xfe", "9" * 5000, "'; --", "%"]
)
@pytest.mark.parametrize("field", ["csrf_token", "nonce", "next", "version", "_base", "email", "password"])
def test_junk_in_a_form_is_never_a_fault(browser, junk, field):
    values = browser.form("/connexion").values
    answer = browser.client.post("/connexion", data={**values, "email": "a@b.test", "password": "x", field: junk})
    assert answer.status_code in {303, 400, 422}


@pytest.mark.parametrize("address", ["/connexion?next=", "/partenaires?q=", "/partenaires?after=", "/aujourdhui?qui="])
@pytest.mark.parametrize("junk", ["%00", "%ED%A0%80", "%FF", "9" * 4000, "%27%20OR%201=1", "%25", "%5C", "a" * 4000])
def test_junk_in_an_address_is_never_a_fault(make, browser, address, junk):
    if not address.startswith("/connexion"):
        browser.sign_in(make.user())
    assert browser.get(address + junk).status_code < 500


def test_without_a_database_the_answer_is_short_and_honest(app_with, tmp_path):
    """Not even the session can be read: no stack, no half page, and the protections are there."""
    app = app_with(PASSERELLE_DATABASE_URL=f"sqlite:///{tmp_path}/nulle/part.sqlite")
    app.testing = False  # as in production: a failure before the first view is answered, not raised
    client = app.test_client()
    client.set_cookie("passerelle", "quelque-chose")
    answer = client.get("/aujourdhui")
    assert answer.status_code == 503
    assert "momentanément indisponible" in answer.text
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("host", ["evil.test", "127.0.0.1.evil.test", "evil.test:5000", "127.0.0.1@evil.test", ""])
def test_another_host_is_refused(app, host, caplog):
    answer = app.test_client().get("/connexion", headers={"Host": host})
    assert answer.status_code == 400
    assert "evil" not in answer.text
    assert [record for record in caplog.records if record.levelname == "ERROR"] == [], "scanners must not fill the log"


@pytest.mark.parametrize("header", ["X-Forwarded-Host", "Forwarded", "X-Original-Host", "X-Host"])
def test_forwarded_hosts_change_nothing(make, browser, header):
    answer = browser.get("/aujourdhui", headers={header: "evil.test"})
    assert answer.location.startswith("/connexion")
    assert "evil" not in answer.location


@pytest.mark.parametrize(("cause", "status"), [("database is locked", 503), ("no such table: partners", 500)])
def test_somebody_who_writes_for_long_is_no_fault(app, cause, status):
    with app.test_request_context("/partenaires"):
        answer = app.make_response(app.handle_user_exception(OperationalError("BEGIN IMMEDIATE", {}, Exception(cause))))
    assert answer.status_code == status
    assert (answer.headers.get("Retry-After") == "60") == (status == 503)
    assert ("réessayez dans une minute" in answer.get_data(as_text=True)) == (status == 503)
