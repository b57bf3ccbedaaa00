"""A telephone that shows codes, for the tests of the second factor."""

from datetime import UTC, datetime

import pyotp

from crm.accounts.models import User
from crm.accounts.sealing import seal
from tests.factories import THEN, Factory

KEY = "k" * 40


class Telephone:
    """One key, and the code it shows at an instant (now unless told)."""

    def __init__(self, secret: str = "") -> None:
        self.secret = secret or pyotp.random_base32()

    def code(self, at: datetime | None = None, *, steps: int = 0) -> str:
        """The six digits shown `steps` half-minutes from then."""
        return str(pyotp.TOTP(self.secret).at(int((at or datetime.now(UTC)).timestamp()) + 30 * steps))

    def wrong(self) -> str:
        """Six digits that no step of the window shows."""
        shown = {self.code(steps=steps) for steps in range(-3, 4)}
        return next(
            code
            for code in ("000000", "111111", "222222", "333333", "444444", "555555", "666666", "777777")
            if code not in shown
        )

    def owner(self, make: Factory, **values: object) -> User:
        """A person who set this telephone up."""
        return make.user(totp_secret=seal(self.secret, key=KEY), totp_confirmed_at=THEN, **values)
