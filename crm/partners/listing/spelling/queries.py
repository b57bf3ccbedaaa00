"""A search that finds nothing, read again word by word."""

from collections import Counter

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from crm.access.policy import Actor, Permission, can, require
from crm.partners.listing.queries import found_by
from crm.partners.listing.vocabulary import closest, mistakes_forgiven, words_of
from crm.partners.models import Contact, Partner, PartnerWord
from crm.partners.search import search_tokens


def mended(session: Session, query: str, actor: Actor) -> str | None:
    """
    The search with each word that finds nothing replaced by the nearest one that does; None when none is near.

    To be asked only when the search found nothing: it reads the words of every partner of about that length.
    """
    require(actor, Permission.PARTNER_READ)
    tokens = search_tokens(query)
    lost = [token for token in tokens if mistakes_forgiven(token) and not _finds(session, token, actor)]
    nearest = {token: closest(token, _known(session, token, actor)) for token in lost}
    if not lost or not all(nearest.values()):
        return None
    return " ".join(nearest.get(token) or token for token in tokens)


def _finds(session: Session, token: str, actor: Actor) -> bool:
    statement = select(Partner.id).where(Partner.binned_at.is_(None), found_by(token, actor)).limit(1)
    return session.scalar(statement) is not None


def _known(session: Session, token: str, actor: Actor) -> list[tuple[str, int]]:
    forgiven = mistakes_forgiven(token)
    shortest, longest = len(token) - forgiven, len(token) + forgiven
    statement = (
        select(PartnerWord.word, func.count())
        .where(func.length(PartnerWord.word).between(shortest, longest))
        .group_by(PartnerWord.word)
    )
    known = Counter({row[0]: row[1] for row in session.execute(statement)})
    if can(actor, Permission.CONTACT_READ):
        people = (
            select(Contact.search_key)
            .join(Contact.partner)
            .where(Contact.binned_at.is_(None), Partner.binned_at.is_(None), Contact.search_key != "")
        )
        for key in session.scalars(people):
            known.update(word for word in words_of(key) if shortest <= len(word) <= longest)
    return list(known.items())
