"""The screens of the administration, by subject. Importing them puts their routes on the blueprint."""

from crm.accounts.administration.views import closings, people, roles, structure, units
from crm.accounts.administration.views.frame import bp

__all__ = ["bp", "closings", "people", "roles", "structure", "units"]
