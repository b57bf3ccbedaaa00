"""What `python3 crm …` decides before any program is started."""

import os
import socket
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from crm import __main__ as commands

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def busy_port():
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        yield server.getsockname()[1]


@pytest.fixture
def checkout(tmp_path):
    (tmp_path / "requirements.lock").write_text("flask==3.1.3\n")
    (tmp_path / "pyproject.toml").write_text("[project]\n")
    (tmp_path / ".venv").mkdir()
    return commands.Checkout(tmp_path)


@pytest.fixture
def programs(monkeypatch):
    """The programs that would have been run, instead of running them."""
    started = []
    monkeypatch.setattr(commands, "run", lambda command, **_: started.append(command))
    monkeypatch.setattr(commands, "make_venv", lambda checkout: None)
    return started


def test_a_port_given_and_taken_is_refused(busy_port):
    with pytest.raises(commands.Refusal, match=f"Le port {busy_port} "):
        commands.choose_port(busy_port)


def test_a_busy_candidate_is_passed_over(busy_port):
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        free = server.getsockname()[1]
    assert commands.choose_port(None, [busy_port, free]) == free


def test_no_free_candidate_is_refused(busy_port):
    with pytest.raises(commands.Refusal, match="Aucun port libre"):
        commands.choose_port(None, [busy_port])


def test_a_port_whose_server_has_just_stopped_is_free():
    with socket.socket() as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as every web server does
        server.bind(("127.0.0.1", 0))
        server.listen()
        port = server.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)):
            server.accept()[0].close()  # the closing side is the one that lingers
    assert commands.choose_port(port) == port


@pytest.mark.parametrize("text", ["", "0", "65536", "-1", "abc", "5000.0", "٥٠٠٠"])
def test_what_is_no_port_is_refused(text):
    with pytest.raises(commands.Refusal, match="de 1 à 65535"):
        commands.parse_port(text)


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], (None, [])),
        (["--port", "5001"], (5001, [])),
        (["--port=5001", "--no-demo"], (5001, ["--no-demo"])),
    ],
)
def test_arguments_of_demo(arguments, expected):
    assert commands.parse_demo(arguments) == expected


def test_an_unknown_argument_of_demo_is_refused():
    with pytest.raises(commands.Refusal, match="--prot"):
        commands.parse_demo(["--prot", "5001"])


def test_nothing_is_installed_when_the_stamp_is_current(checkout, programs):
    commands.install(checkout, everything=True)
    assert len(programs) == 2
    commands.install(checkout, everything=True)
    commands.install(checkout, everything=False)
    assert len(programs) == 2


@pytest.mark.parametrize("changed", ["requirements.lock", "pyproject.toml"])
def test_a_changed_declaration_installs_again(checkout, programs, changed):
    commands.install(checkout, everything=True)
    with (checkout.root / changed).open("a") as file:
        file.write("# more\n")
    assert not commands.is_installed(checkout, everything=False)
    commands.install(checkout, everything=True)
    assert len(programs) == 4


def test_another_python_installs_again(checkout, programs, monkeypatch):
    commands.install(checkout, everything=True)
    monkeypatch.setattr(commands.platform, "python_version", lambda: "3.99.0")
    assert not commands.is_installed(checkout, everything=True)


def test_a_moved_folder_installs_again(checkout, programs, tmp_path):
    commands.install(checkout, everything=True)
    moved = tmp_path.rename(tmp_path.with_name("moved"))
    assert not commands.is_installed(commands.Checkout(moved), everything=True)


def test_the_environment_is_made_again_only_where_it_would_not_work(tmp_path, monkeypatch):
    monkeypatch.setattr(commands.shutil, "which", lambda name: "/bin/uv")  # pip would take seconds
    before = commands.Checkout(tmp_path / "before")
    commands.make_venv(before)
    kept = before.venv / "kept"
    kept.touch()
    commands.make_venv(before)
    assert kept.exists()
    after = commands.Checkout(before.root.rename(tmp_path / "after"))
    assert (after.venv / "kept").exists()
    commands.make_venv(after)
    assert not (after.venv / "kept").exists()
    assert commands.is_usable(after)


def test_without_uv_an_environment_without_pip_is_made_again(tmp_path, monkeypatch):
    checkout = commands.Checkout(tmp_path)
    commands.venv.create(checkout.venv, with_pip=False)
    monkeypatch.setattr(commands.shutil, "which", lambda name: None)
    monkeypatch.setattr(commands.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(commands.Refusal, match="apt install python3-venv"):
        commands.make_venv(checkout)


def test_the_demo_environment_is_not_enough_for_the_tests(checkout):
    checkout.stamp.write_text(f"{commands.fingerprint(checkout)} run-time\n")
    assert commands.is_installed(checkout, everything=False)
    assert not commands.is_installed(checkout, everything=True)


def test_a_later_demo_keeps_the_test_tools(checkout, programs):
    checkout.stamp.write_text("outdated everything\n")
    commands.install(checkout, everything=False)
    assert commands.is_installed(checkout, everything=True)
    assert str(checkout.lock) in programs[0]


def test_a_failed_installation_leaves_no_stamp(checkout, programs, monkeypatch):
    def fail(command, **_):
        raise commands.Refusal("L'installation a échoué", code=1)

    commands.install(checkout, everything=True)
    checkout.lock.write_text("flask==3.1.4\n")
    monkeypatch.setattr(commands, "run", fail)
    with pytest.raises(commands.Refusal):
        commands.install(checkout, everything=True)
    assert commands.installed_scope(checkout) == ("", "")


def test_settings_are_written_once_and_for_their_owner_alone(tmp_path):
    instance = tmp_path / "instance"
    commands.ensure_env_file(instance)
    path = instance / "passerelle.env"
    first = path.read_text()
    settings = dict(line.split("=", 1) for line in first.splitlines())
    assert settings["PASSERELLE_ENV"] == "demo"
    assert len(settings["PASSERELLE_SECRET_KEY"]) >= 48
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(instance.stat().st_mode) == 0o700
    commands.ensure_env_file(instance)
    assert path.read_text() == first


def test_two_installations_share_no_secret(tmp_path):
    commands.ensure_env_file(tmp_path / "a")
    commands.ensure_env_file(tmp_path / "b")
    assert (tmp_path / "a" / "passerelle.env").read_text() != (tmp_path / "b" / "passerelle.env").read_text()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ([], ["-n", "2"]),
        (["tests/dedupe", "-x"], ["-n", "2", "tests/dedupe", "-x"]),
        (["-n0", "tests/dedupe"], ["-n0", "tests/dedupe"]),
        (["--pdb"], ["--pdb"]),
        (["--soak", "-k", "kill"], ["-n", "2", "-m", "", "-k", "kill"]),
    ],
)
def test_arguments_of_pytest(arguments, expected):
    assert commands.pytest_command("python", arguments) == ["python", "-m", "pytest", *expected]


@pytest.mark.parametrize(
    ("words", "code", "said"),
    [
        (["dmeo"], 2, "Commande inconnue : dmeo"),
        ([], 2, "Usage : python3 crm"),
        (["--help"], 0, "Usage : python3 crm"),
        (["demo", "--port", "zero"], 2, "de 1 à 65535"),
        (["setup", "--tset"], 2, "Argument inconnu : --tset"),
        (["lint", "crm"], 2, "Argument inconnu : crm"),
    ],
)
def test_misuse_as_typed_in_a_terminal(words, code, said):
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "crm", *words], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == code
    assert said in (done.stdout if code == 0 else done.stderr)
    assert "Traceback" not in done.stderr


def test_a_taken_port_as_typed_in_a_terminal(busy_port):
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, "crm", "demo", f"--port={busy_port}"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert f"Le port {busy_port} " in done.stderr


def test_crm_hides_nothing_of_the_standard_library(tmp_path):
    """Started as `python3 crm`, Python looks in crm/ first: a `secrets.py` there would pass for it."""
    copy = tmp_path / "crm"
    copy.mkdir()
    (copy / "__main__.py").write_bytes((ROOT / "crm" / "__main__.py").read_bytes())
    (copy / "secrets.py").write_text("raise SystemExit('hidden')\n")
    done = subprocess.run(  # noqa: S603 - the command under test
        [sys.executable, str(copy), "--help"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_only_the_standard_library_is_imported():
    """The command starts before anything is installed: -S leaves out all that was."""
    done = subprocess.run(
        [sys.executable, "-S", "-I", "crm", "--help"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
