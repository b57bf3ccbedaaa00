"""The command `passerelle`: what each domain offers, and what sets an installation up."""

import sys

import click

import config
from crm import create_app
from crm.dedupe.cli import dedupe_file


def commands() -> tuple[click.Command, ...]:
    """
    Every command of the application, besides Flask's own and `db`.

    The imports wait until somebody asks: `dedupe-file` is done before the rest of the application is read.
    """
    from crm.accounts.cli import users_group
    from crm.dedupe.pairs.cli import duplicates_group
    from crm.imports.cli import import_group
    from crm.installation import demo_up, prepare, seed_demo
    from crm.partners.cli import reference_group
    from crm.partners.listing.cli import partners_group
    from crm.reminders.cli import reminders_group, scheduler

    return (
        prepare,
        demo_up,
        seed_demo,
        users_group,
        scheduler,
        reminders_group,
        import_group,
        dedupe_file,
        duplicates_group,
        reference_group,
        partners_group,
    )


def main() -> None:
    """Entry point of the console script. An unsafe setting ends in one sentence, not in a stack."""
    if sys.argv[1:2] == [dedupe_file.name]:
        # Neither a database nor settings: a spreadsheet is deduplicated on any machine, and at once.
        dedupe_file.main(args=sys.argv[2:], prog_name="passerelle dedupe-file")
    from flask.cli import FlaskGroup

    group = FlaskGroup(
        create_app=create_app,
        name="passerelle",
        help="Passerelle : suivi des partenaires d'une structure d'insertion.",
    )
    try:
        config.load()  # first: Flask would show a stack where it lists its commands
        group()
    except config.ConfigurationError as unsafe:
        click.echo(str(unsafe), err=True)
        sys.exit(2)
