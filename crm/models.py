"""Every table, in the order of the house: imported by the migrations and by whoever walks the metadata."""

from crm.accounts import models as accounts
from crm.audit import models as audit
from crm.conventions import models as conventions
from crm.dedupe import models as dedupe
from crm.dedupe.contacts import models as contacts
from crm.dedupe.merging import models as merging
from crm.dedupe.pairs import models as pairs
from crm.imports import models as imports
from crm.imports.sifting import models as sifting
from crm.interactions import models as interactions
from crm.interactions.documents import models as documents
from crm.method import models as method
from crm.method.guide import models as guide
from crm.method.partnerships import models as partnerships
from crm.method.projects import models as projects
from crm.method.surveys import models as surveys
from crm.partners import models as partners
from crm.partners.listing import models as listing
from crm.partners.reference import models as reference
from crm.reminders import models as reminders
from crm.web import models as web

__all__ = [
    "accounts",
    "audit",
    "contacts",
    "conventions",
    "dedupe",
    "documents",
    "guide",
    "imports",
    "interactions",
    "listing",
    "merging",
    "method",
    "pairs",
    "partners",
    "partnerships",
    "projects",
    "reference",
    "reminders",
    "sifting",
    "surveys",
    "web",
]
