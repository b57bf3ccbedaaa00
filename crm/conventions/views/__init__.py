"""The screens of conventions, by subject. Importing them puts their routes on the blueprint."""

from crm.conventions.views import acts, lines, pages, papers
from crm.conventions.views.frame import bp

__all__ = ["acts", "bp", "lines", "pages", "papers"]
