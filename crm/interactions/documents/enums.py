"""The kinds of files that are kept."""

from crm.wording import N_, Labelled


class DocumentKind(Labelled):
    """What a file is, as its content says; its name and its announced type are not believed."""

    PDF = "pdf", N_("PDF")
    JPEG = "jpeg", N_("Photo JPEG")
    PNG = "png", N_("Image PNG")
    DOCX = "docx", N_("Document Word")
    XLSX = "xlsx", N_("Classeur Excel")
