"""Small invented folders of reference data."""

from pathlib import Path

SMALL = {
    "departements.csv": "code,label,region_code,chef_lieu_insee\n92,Hauts-de-Seine,11,92050\n",
    "communes.csv": (
        "insee_code,name,postal_codes,departement_code,region_code,population,epci_code,epci_name,lat,lon,position\n"
        "92004,Asnières-sur-Seine,92600,92,11,86000,,,48.91,2.28,commune\n"
        "92050,Nanterre,92000|92014,92,11,96000,,,48.89,2.2,commune\n"
    ),
    "naf_rev2.csv": (
        "code,label,division_code,division_label,section_code,section_label\n"
        "88.10A,Aide à domicile,88,Action sociale,Q,SANTÉ\n"
    ),
    "rome.csv": "code,label\nA1208,Jardinier / Jardinière\nK1302,Aide de vie\n",
    "naf_rome.csv": "naf_division,rome_code\n88,K1302\n81,A1208\n",
    "jours_feries.csv": (
        "date,label,zone\n2026-05-01,Fête du Travail,\n2026-12-26,Saint-Étienne,alsace-moselle\n"
        "2027-05-01,Fête du Travail,\n"
    ),
    "legal_forms.csv": "code,label\n9222,Association intermédiaire\n",
    "headcount_bands.csv": "code,label,min,max,size\nNN,Inconnu,,,\n53,Beaucoup,10000,,GE\n",
}


def sources(*names: str, dated: str = "2026-01-01", source: str = "Un éditeur") -> str:
    """A sources.csv for these files."""
    return "file,source,licence,date\n" + "".join(f"{name},{source},Licence Ouverte,{dated}\n" for name in names)


def write(
    folder: Path, files: dict[str, str | bytes], *, dated: str = "2026-01-01", source: str = "Un éditeur"
) -> Path:
    """The folder, made anew with these files and their sources.csv (unless `files` has its own)."""
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
    for name, content in ({"sources.csv": sources(*files, dated=dated, source=source)} | files).items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
