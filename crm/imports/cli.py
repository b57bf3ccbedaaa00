"""Commands."""
import click
@click.group("import")
def import_group() -> None:
    """Stub."""
