"""What the small form of a move asks for each missing proof: the names of its fields. Pure."""

from crm.method.enums import Proof

#: The first field is the one whose absence means « not filled ».
FIELDS: dict[Proof, tuple[str, ...]] = {
    Proof.PERIMETER: ("sector",),
    Proof.PILOT: ("pilot",),
    Proof.OPPORTUNITY: ("opportunity", "opportunity_source"),
    Proof.THREAT: ("threat", "threat_source"),
    Proof.LISTENING: ("listening", "listening_on"),
    Proof.STRENGTH: ("strength",),
    Proof.WEAKNESS: ("weakness",),
    Proof.DEBATED: ("debated_with", "debated_on"),
    Proof.PRE_PROJECT: ("offer", "difference", "resources"),
    Proof.PRIORITY_ACTION: ("aimed",),
    Proof.APPROVED: ("approved_by", "approved_on"),
    Proof.STRATEGY_PASSED: (),
    Proof.MEETING: ("report", "met_on"),
    Proof.DECIDER: ("decider", "decider_function"),
    Proof.NEED: ("need", "need_kind"),
    Proof.WILLING: ("willingness",),
    Proof.ROADMAP: ("what", "ours", "due_on"),
    Proof.BUDGET: ("without_budget", "cost", "amount"),
    Proof.AGREEMENT: ("agreed_by", "agreed_on"),
    Proof.SIGNED: ("signed_kind", "signed_on", "signed_note", "signed_exchange"),
    Proof.PILOTS: ("our_pilot", "their_pilot"),
    Proof.INDICATOR: ("indicator", "indicator_target"),
    Proof.LAUNCHED: ("launched", "launched_kind", "launched_on"),
}
