"""
A process of its own that opens one PDF: `python -m crm.interactions.documents.cli facts|draw NUMBER`.

The PDF comes on the standard input, the answer leaves on the standard output. A hostile file that stops the library,
fills the memory or never ends takes this process with it, and nothing else: it holds no secret and no connection.
"""

import sys

from crm.interactions.documents import pages

SECONDS = 15
MEMORY = 1_500_000_000  # bytes of address space


def main(words: list[str]) -> None:
    """Answer one question about the PDF of the standard input; a status above 0 says that it cannot be read."""
    _bound()
    content = sys.stdin.buffer.read()
    answer = pages.facts(content) if words == ["facts"] else pages.draw(content, int(words[1]))
    sys.stdout.buffer.write(answer)


def _bound() -> None:
    try:
        import resource
    except ImportError:  # Windows: the caller's patience is the only bound
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1:])
