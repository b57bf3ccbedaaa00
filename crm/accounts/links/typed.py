"""What people type on the pages of links: addresses and names, made one line and one case."""

from email_validator import EmailNotValidError, validate_email

LONGEST_EMAIL = 254
LONGEST_NAME = 80


def read_email(text: str) -> str | None:
    """
    An e-mail address as accounts store it, in lower case; None when it is none.

    Plain ASCII: not every mail server carries more, and an address that cannot be written to opens no account. No name
    server is asked.
    """
    plain = text.strip()
    if not plain.isascii() or len(plain) > LONGEST_EMAIL:
        return None
    try:
        read = validate_email(plain, check_deliverability=False, test_environment=True, allow_smtputf8=False)
    except EmailNotValidError:
        return None
    return read.normalized.lower()


def one_line(text: str) -> str:
    """A name without line breaks nor doubled spaces."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())
