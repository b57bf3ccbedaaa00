"""Production refuses to start without its secrets, and says which in one sentence."""

import os
import subprocess
import sys

import pytest

import config

GOOD = {"PASSERELLE_SECRET_KEY": "s" * 48, "PASSERELLE_PUBLIC_URL": "https://crm.exemple.test"}


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"PASSERELLE_SECRET_KEY": ""}, "PASSERELLE_SECRET_KEY"),
        ({"PASSERELLE_SECRET_KEY": "court"}, "PASSERELLE_SECRET_KEY"),
        ({"PASSERELLE_PUBLIC_URL": "http://crm.exemple.test"}, "PASSERELLE_PUBLIC_URL"),
        ({"PASSERELLE_PUBLIC_URL": "crm.exemple.test"}, "PASSERELLE_PUBLIC_URL"),
    ],
)
def test_production_refuses_unsafe_settings(tmp_path, changes, word):
    with pytest.raises(config.ConfigurationError, match=word):
        config.Production({"PASSERELLE_INSTANCE": str(tmp_path)} | GOOD | changes)


def test_production_starts_with_its_secrets(tmp_path):
    settings = config.Production({"PASSERELLE_INSTANCE": str(tmp_path)} | GOOD)
    assert settings.SESSION_COOKIE_NAME == "__Host-passerelle"
    assert settings.SESSION_COOKIE_SECURE
    assert not settings.DEBUG
    assert not settings.TESTING


def test_production_refuses_the_debugger(tmp_path, monkeypatch):
    monkeypatch.setenv("FLASK_DEBUG", "1")
    with pytest.raises(config.ConfigurationError, match="FLASK_DEBUG"):
        config.Production({"PASSERELLE_INSTANCE": str(tmp_path)} | GOOD)


@pytest.mark.parametrize("url", ["https://crm.exemple.test", "http://192.168.1.10:5000", "http://0.0.0.0:5000"])
def test_the_demo_opens_only_on_this_machine(tmp_path, url):
    with pytest.raises(config.ConfigurationError, match=r"127\.0\.0\.1"):
        config.Demo(
            {
                "PASSERELLE_INSTANCE": str(tmp_path),
                "PASSERELLE_SECRET_KEY": "s" * 48,
                "PASSERELLE_PUBLIC_URL": url,
            }
        )


def test_without_an_environment_it_is_production(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("PASSERELLE_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PASSERELLE_INSTANCE", str(tmp_path))
    with pytest.raises(config.ConfigurationError, match="PASSERELLE_SECRET_KEY"):
        config.load()
    monkeypatch.setenv("PASSERELLE_ENV", "recette")
    with pytest.raises(config.ConfigurationError, match="recette"):
        config.load()


def test_the_file_of_the_instance_is_read_and_the_environment_wins(monkeypatch, tmp_path):
    (tmp_path / "passerelle.env").write_text(
        "# commentaire\nPASSERELLE_ENV=demo\nPASSERELLE_SECRET_KEY=" + "f" * 40 + "\n"
    )
    monkeypatch.setenv("PASSERELLE_INSTANCE", str(tmp_path))
    monkeypatch.delenv("PASSERELLE_ENV", raising=False)
    monkeypatch.setenv("PASSERELLE_SECRET_KEY", "e" * 40)
    settings = config.load()
    assert (settings.NAME, settings.SECRET_KEY) == ("demo", "e" * 40)


@pytest.mark.parametrize("arguments", [["routes"], ["--help"], ["scheduler"], ["seed-demo"]])
def test_the_command_refuses_in_one_sentence(tmp_path, arguments):
    bare = {"PATH": os.environ["PATH"], "PASSERELLE_INSTANCE": str(tmp_path), "PASSERELLE_ENV": "production"}
    code = f"import sys; sys.argv = ['passerelle', *{arguments!r}]; from crm.cli import main; main()"
    done = subprocess.run(  # noqa: S603  our own interpreter, our own words
        [sys.executable, "-c", code], capture_output=True, text=True, env=bare, check=False
    )
    assert "Traceback" not in done.stderr
    assert done.returncode == 2
    assert "PASSERELLE_SECRET_KEY" in done.stderr


def test_demo_data_is_refused_in_production(tmp_path, database):
    from crm import create_app

    settings = config.Production(
        {
            "PASSERELLE_INSTANCE": str(tmp_path),
            "PASSERELLE_DATABASE_URL": f"sqlite:///{tmp_path / 'x.sqlite'}",
        }
        | GOOD
    )
    app = create_app(settings)
    for command in (["seed-demo"], ["demo-up", "--port", "5999"]):
        result = app.test_cli_runner().invoke(args=command)
        assert result.exit_code == 1
        assert "démonstration" in result.output


@pytest.mark.parametrize("count", ["un", "-1", "", "1.5", "100"])
def test_a_wrong_number_of_proxies_is_said(tmp_path, count):
    with pytest.raises(config.ConfigurationError, match="PASSERELLE_TRUSTED_PROXIES"):
        config.Production({"PASSERELLE_INSTANCE": str(tmp_path), "PASSERELLE_TRUSTED_PROXIES": count} | GOOD)
