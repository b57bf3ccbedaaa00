"""What the moves of the method refuse, with what a screen needs to help."""

from crm.errors import DomainError
from crm.method.gates import Refusal, Verdict
from crm.wording import N_


class MoveRefused(DomainError):
    """This move is not possible. `field` is what mends it, '' for nothing."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.sentence.msgid, **refusal.sentence.values)
        self.field = refusal.field


class ProofsLacking(DomainError):
    """Proofs lack: the screen asks for them, or for a reason. `verdict` names them."""

    def __init__(self, verdict: Verdict) -> None:
        super().__init__(N_("Il manque des points à vérifier."))
        self.verdict = verdict


class AlreadyPartners(DomainError):
    """This partner already has an open partnership on this project: `public_id` leads there."""

    def __init__(self, public_id: str) -> None:
        super().__init__(N_("Ce partenaire a déjà un partenariat en cours dans ce projet."))
        self.public_id = public_id
