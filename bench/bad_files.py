"""
How long a bad file takes to be refused, and how much memory that costs: `.venv/bin/python bench/bad_files.py`.

Each file is made by one process and read by another, five times; the median is given. Memory is what the reading
process grew by at most, once it holds the bytes of the file.
"""

import io
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

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
    "50,001 rows": lambda: b"nom\n" + b"Garage\n" * 50_001,
    "unclosed quote": lambda: b'nom;ville\n"Garage;Antony\n' + b"Atelier;Sceaux\n" * 600_000,
    "zip bomb": lambda: archive({"xl/workbook.xml": MAIN, "xl/worksheets/sheet1.xml": b"0" * 500_000_000}),
    "zip bomb that hides its size": hidden_size,
    "macro workbook": lambda: archive({"xl/workbook.xml": MAIN, "xl/vbaProject.bin": b"\xd0\xcf\x11\xe0"}),
    "entities": lambda: archive({"xl/workbook.xml": '<!DOCTYPE a [<!ENTITY b "c">]>' + MAIN}),
}


def measure(name: str, content: bytes) -> str:
    """One line of the table, measured in this process."""
    from crm.imports.reader import UnreadableFile, read_sheet

    before = most_memory()
    walls, cpus, said = [], [], "ACCEPTED"
    for _ in range(TIMES):
        began, worked = time.perf_counter(), time.process_time()
        try:
            read_sheet(content)
        except UnreadableFile as refusal:
            said = str(refusal)
        walls.append(time.perf_counter() - began)
        cpus.append(time.process_time() - worked)
    wall, cpu = statistics.median(walls) * 1000, statistics.median(cpus) * 1000
    return f"| {name} | {wall:.1f} | {cpu:.1f} | {(most_memory() - before) / 1024:.1f} | {said} |"


def most_memory() -> int:
    """The most that this process has held so far, in kB. Not `ru_maxrss`: it remembers the parent. Linux only."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


def main() -> None:
    """The whole table; each file read by a process of its own."""
    print("| file | ms | ms of CPU | MB more | what is said |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "file"
        for name, make in FILES.items():
            path.write_bytes(make())
            run = [sys.executable, __file__, name, str(path)]
            done = subprocess.run(run, capture_output=True, text=True, check=True)  # noqa: S603  this very file
            print(done.stdout, end="")


if __name__ == "__main__":
    if len(sys.argv) > 2:
        print(measure(sys.argv[1], Path(sys.argv[2]).read_bytes()))
    else:
        main()
