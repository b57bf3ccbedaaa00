"""`passerelle pmsmp-check`: what the rules of immersions say of a table of cases, without a database or settings."""

import json
from pathlib import Path

import click

from crm.immersions.explain import answers
from crm.immersions.fields import Malformed, parse

#: A table of cases is a few kilobytes; beyond, it is another file.
_LARGEST = 20_000_000

_In = click.Path(path_type=Path, exists=True, dir_okay=False)


@click.command("pmsmp-check")
@click.argument("source", type=_In, metavar="FILE.json")
def pmsmp_check(source: Path) -> None:
    """
    Dit ce que les règles des PMSMP répondent à un cas, ou à une liste de cas, sans toucher aux données.

    Une réponse par cas, dans l'ordre, en JSON ; un cas mal écrit reçoit une phrase et les autres sont traités.
    Le format est dans docs/rules/pmsmp.md.
    """
    try:
        document = parse(_text_of(source))
    except Malformed as fault:
        raise _Refused(f"{source} : {fault}") from fault
    if not isinstance(document, list | dict):
        raise _Refused(f"{source} : un cas est un objet, plusieurs cas sont une liste d'objets.")
    text = json.dumps(answers(document), ensure_ascii=False, indent=2)
    # Half of a surrogate pair is JSON but no text: it goes out as it came in, escaped.
    click.echo(text.encode("utf-8", "backslashreplace"))


class _Refused(click.ClickException):
    """One sentence, and the exit code of a command that was not given what it needs."""

    exit_code = 2


def _text_of(source: Path) -> str:
    try:
        content = source.read_bytes()
    except OSError as failure:
        raise _Refused(f"{source} ne peut pas être lu : {failure.strerror}.") from failure
    if len(content) > _LARGEST:
        raise _Refused(f"{source} : plus de {_LARGEST // 1_000_000} Mo. Partager le fichier.")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise _Refused(f"{source} n'est pas en UTF-8. L'enregistrer en UTF-8.") from fault
