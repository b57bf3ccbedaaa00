"""How the trail tells what happens to structures, people and accounts."""

from crm.accounts.own import account_words, queries
from crm.audit import words


def wire() -> None:
    """Register the words of this domain's tables and of the acts it notes."""
    found = {"structures": queries.structures_named, "users": queries.people_named}
    for table, told in account_words.tables(found).items():
        words.add_table(table, told)
    words.add_acts(account_words.ACTS)
