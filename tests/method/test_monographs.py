"""The guide's seventeen monographs fit the model: partners, actions, funding and figures, to the last one."""

import json
from datetime import UTC, datetime

from sqlalchemy import func, select

from crm.access.policy import Role
from crm.method.enums import ActionKind, Outcome, Proof
from crm.method.models import Initiative, Partnership, TransitionProof
from crm.method.partnerships.models import Action, ActionFactor, BudgetLine, Indicator, IndicatorValue
from crm.partners.models import Partner
from seeds import monographs

NOW = datetime(2026, 11, 27, 10, 0, tzinfo=UTC)


def number(session, model):
    return session.scalar(select(func.count()).select_from(model))


def test_the_seventeen_monographs_fit(make, browser, session):
    user = make.user(roles=[Role.DEVELOPER, Role.DIRECTOR])
    actor = make.actor(user, roles=[Role.DEVELOPER, Role.DIRECTOR])
    with make.transaction(actor, NOW) as writing:
        made = [one.public_id for one in monographs.load(writing, actor=actor, now=NOW)]
    told = json.loads(monographs.FILE.read_text(encoding="utf-8"))
    assert len(made) == len(told) == 17
    assert number(session, Initiative) == 17
    assert number(session, Partnership) == sum(len(one["partners"]) for one in told)
    names = {name for one in told for name, _ in one["partners"]}
    assert number(session, Partner) == len(names)
    assert number(session, Action) == sum(len(one["actions"]) for one in told)
    assert number(session, ActionFactor) == sum(len(one["factors"]) for one in told)
    funded = sum(len(one["funding"]) + (one["budget"] is not None) for one in told)
    assert number(session, BudgetLine) == funded
    assert number(session, IndicatorValue) == sum(len(one["figures"]) for one in told)
    assert number(session, Indicator) == sum(len({figure["what"] for figure in one["figures"]}) for one in told)
    cents = session.scalar(select(func.sum(BudgetLine.actual_cents)))
    assert cents == 100 * sum(line["euros"] or 0 for one in told for line in one["funding"])
    kinds = set(session.scalars(select(Action.kind).distinct()))
    assert len(kinds) == 14
    assert kinds < set(ActionKind)
    outcomes = session.execute(select(TransitionProof.outcome, TransitionProof.proof)).all()
    assert {Outcome.OVERRIDDEN, Outcome.TAKEN_OVER} == {row.outcome for row in outcomes}
    assert {row.proof for row in outcomes if row.outcome is Outcome.TAKEN_OVER} >= {Proof.MEETING, Proof.SIGNED}
    browser.enter(user, make.home)
    for public_id in (made[0], made[8]):
        assert browser.get(f"/projets/{public_id}").status_code == 200
