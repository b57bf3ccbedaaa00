"""What of a row becomes the text of an exchange, in French as it was written."""

from crm.imports.exchanges.facts import Exchange

#: When the spreadsheet holds no text.
NOTHING = "Repris d'un tableau, sans texte."


def text_of(exchange: Exchange, *, is_met_known: bool) -> str:
    """The text, after who noted it and whom they met when the application knows neither."""
    before = []
    if exchange.who and exchange.author_id is None:
        before.append(f"Noté par {exchange.who}.")
    if exchange.met and not is_met_known:
        before.append(f"Avec {exchange.met}.")
    return " ".join([*before, exchange.text or NOTHING])


def mark_of(exchange: Exchange) -> tuple[str, str]:
    """Day and kind, to which the text is added: three that are the same with one partner are one exchange."""
    return (str(exchange.day), exchange.kind.value)
