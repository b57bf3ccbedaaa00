"""Why a file is not kept."""

from crm.errors import DomainError
from crm.wording import N_

LARGEST = 10 * 1024 * 1024  # bytes

NOTHING_CHOSEN = N_("Choisissez un fichier.")
TOO_HEAVY = N_("« %(name)s » est trop lourd : 10 Mo au plus par fichier.")
UNKNOWN_KIND = N_("« %(name)s » n'est ni un PDF, ni une image JPEG ou PNG, ni un fichier DOCX ou XLSX.")
BROKEN = N_("« %(name)s » est abîmé ou incomplet : enregistrez-le de nouveau, puis joignez-le.")
LOCKED = N_("« %(name)s » est protégé par un mot de passe : joignez-en une copie sans protection.")
TOO_MANY_POINTS = N_("« %(name)s » a trop de points : 50 millions au plus (7 000 sur 7 000).")
MACROS = N_("« %(name)s » contient des macros : enregistrez-le sans elles, ou en PDF.")
OUTSIDE = N_("« %(name)s » va chercher des données à l'extérieur : enregistrez-le en PDF.")
SWOLLEN = N_("« %(name)s » devient démesuré une fois ouvert : enregistrez-le en PDF.")


class DocumentRefused(DomainError):
    """The file is not kept; the sentence names it and says how to mend it."""
