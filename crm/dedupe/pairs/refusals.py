"""What the queue refuses."""

from crm.dedupe.pairs.enums import Answer
from crm.errors import DomainError
from crm.wording import N_


class PairGone(DomainError):
    """The two no longer resemble each other, or one is gone: there is nothing to decide."""

    def __init__(self) -> None:
        super().__init__(
            N_("Ces deux fiches ne sont plus à comparer : l'une a été modifiée, fusionnée ou mise à la corbeille.")
        )


class AlreadyAnswered(DomainError):
    """Somebody answered meanwhile: `said` what, None when they took it back; `who` may be empty."""

    def __init__(self, said: Answer | None, who: str) -> None:
        super().__init__(
            N_("%(who)s vient de répondre pour ces deux fiches : relisez, puis répondez si vous pensez autrement.")
            if who
            else N_("Quelqu'un vient de répondre ici : relisez, puis répondez si vous pensez autrement."),
            **({"who": who} if who else {}),
        )
        self.said = said


class NotAGroup(DomainError):
    """The one that would be below is above."""

    def __init__(self, above: str, below: str) -> None:
        super().__init__(
            N_("« %(above)s » est déjà au-dessous de « %(below)s » : l'une ne peut pas être au-dessus de l'autre."),
            above=above,
            below=below,
        )
