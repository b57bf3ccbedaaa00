"""
How long a bad file takes to be refused, and how much memory that costs: `.venv/bin/python bench/bad_files.py`.

Each file is read in a process of its own, five times; the median is given. Memory is what the process grew by at most.
"""

import io
import resource
import statistics
import subprocess
import sys
import time
import zipfile

TIMES = 5
MAIN = '<workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'


def archive(parts: dict[str, bytes | str]) -> bytes:
    """A zip file of these parts."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return file.getvalue()


def hidden_size() -> bytes:
    """A part of 70 MB that announces ten bytes."""
    content = archive({"xl/workbook.xml": MAIN, "xl/worksheets/sheet1.xml": b" " * 70_000_000})
    return content.replace((70_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))


FILES = {
    "binary": lambda: bytes(range(256)) * 30_000,
    "UTF-16": lambda: ("nom;ville\n" + "Garage;Antony\n" * 200_000).encode("utf-16"),
    "50,000 columns": lambda: b"nom;" + b"x;" * 50_000 + b"\nGarage\n",
    "one line of 10 MB": lambda: b"nom\n" + b"a" * (10 * 1024 * 1024 - 4),
    "one line of 50 MB": lambda: b"nom\n" + b"a" * (50 * 1024 * 1024),
    "unclosed quote": lambda: b'nom;ville\n"Garage;Antony\n' + b"Atelier;Sceaux\n" * 600_000,
    "zip bomb": lambda: archive({"xl/workbook.xml": MAIN, "xl/worksheets/sheet1.xml": b"0" * 500_000_000}),
    "zip bomb that hides its size": hidden_size,
    "macro workbook": lambda: archive({"xl/workbook.xml": MAIN, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "entities": lambda: archive({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]>' + MAIN}),
}


def measure(name: str) -> str:
    """One line of the table, measured in this process."""
    from crm.imports.reader import UnreadableFile, read_sheet

    content = FILES[name]()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    taken, said = [], "ACCEPTED"
    for _ in range(TIMES):
        began = time.perf_counter()
        try:
            read_sheet(content)
        except UnreadableFile as refusal:
            said = str(refusal)
        taken.append(time.perf_counter() - began)
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return f"| {name} | {statistics.median(taken) * 1000:.1f} | {grown / 1024:.1f} | {said} |"


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(measure(sys.argv[1]))
    else:
        print("| file | ms (median of 5) | MB more | what is said |\n|---|---|---|---|")
        for one in FILES:
            run = [sys.executable, __file__, one]
            done = subprocess.run(run, capture_output=True, text=True, check=True)  # noqa: S603  this very file
            print(done.stdout, end="")
