"""The command `passerelle`: what each domain offers, and what sets an installation up."""

import sys

import click

import config
from crm import create_app


def commands() -> tuple[click.Command, ...]:
    """
    Every command of the application, besides Flask's own and `db`.

    The imports wait until somebody asks: what stands alone is done before the rest of the application is read.
    """
    from crm.accounts.cli import users_group
    from crm.dedupe.cli import dedupe_file
    from crm.dedupe.pairs.cli import duplicates_group
    from crm.immersions.cli import pmsmp_check
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
        pmsmp_check,
        reference_group,
        partners_group,
    )


def _standing_alone(asked: list[str]) -> click.Command | None:
    """The command that needs neither a database nor settings: it looks at a file on any machine, and at once."""
    if asked == ["dedupe-file"]:
        from crm.dedupe.cli import dedupe_file

        return dedupe_file
    if asked == ["pmsmp-check"]:
        from crm.immersions.cli import pmsmp_check

        return pmsmp_check
    return None


def main() -> None:
    """Entry point of the console script. An unsafe setting ends in one sentence, not in a stack."""
    if alone := _standing_alone(sys.argv[1:2]):
        alone.main(args=sys.argv[2:], prog_name=f"passerelle {alone.name}")
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
