"""What is said to a language model: one prompt a file, with placeholders that must all be filled.

A placeholder is written `{{name}}`; a value is put in as it stands, braces and all. A prompt is
either one text or has two parts, below the lines `## system` (what to do) and `## user` (what to
do it with). Prompts are read when first used, from wherever the package is installed, and once.
A folder of one's own may hold others in place of some of them.
"""

from __future__ import annotations

import os
import re
import stat
from functools import cache
from pathlib import Path

from index.errors import UsageError
from index.record import record

# What the code fills in, by prompt. A file that says otherwise is refused when it is loaded.
PLACEHOLDERS = {
    "answer": frozenset({"delimiter", "form", "passages", "question", "today"}),
    "again": frozenset({"delimiter", "failed", "form", "passages", "question", "today"}),
    "judge": frozenset({"answer", "delimiter", "passages", "question", "requirement"}),
    "condense": frozenset({"conversation", "delimiter", "question"}),
    "suggest": frozenset({"delimiter", "sentence"}),
    "translate": frozenset({"delimiter", "example", "languages", "question"}),
    "form_json": frozenset[str](),
    "form_json_restated": frozenset[str](),
    "form_lines": frozenset[str](),
    "form_lines_restated": frozenset[str](),
}


@record
class Prompt:
    """A template whose placeholders are known to be exactly `placeholders`."""

    name: str
    template: str
    placeholders: frozenset[str]

    def fill(self, **values: str) -> str:
        """The template with every placeholder replaced, in one pass, by its value."""
        return self._filled(self.template, values)

    def messages(self, **values: str) -> list[dict[str, str]]:
        """The parts, filled, as the messages of a chat."""
        # Parted before it is filled: no value can begin a part.
        _, *parts = re.split(_PART, self.template)
        return [
            {"role": role, "content": self._filled(text, values).strip()}
            for role, text in zip(parts[::2], parts[1::2], strict=True)
        ]

    def _filled(self, text: str, values: dict[str, str]) -> str:
        if values.keys() != self.placeholders:
            raise ValueError(
                f"prompt {self.name}: {_difference(set(values), self.placeholders, 'value for')}"
            )
        return re.sub(_PLACEHOLDER, lambda match: values[match[1]], text)


@cache
def load(name: str, folder: Path | None = None) -> Prompt:
    """The prompt of that name: of `folder` where it holds one, else the program's own.

    UsageError when its file and the code do not agree.
    """
    if name not in PLACEHOLDERS:
        raise UsageError(f"There is no prompt {name!r}.", f"There are: {', '.join(PLACEHOLDERS)}.")
    template = None if folder is None else _read(folder / f"{name}.md")
    if template is None:
        from importlib import resources

        template = resources.files(__name__).joinpath(f"{name}.md").read_text(encoding="utf-8")
    return parse(name, template, PLACEHOLDERS[name])


def check(folder: Path) -> None:
    """Read all prompts of `folder`; UsageError where one cannot be used, or none is meant."""
    try:
        names = sorted(each for each in os.listdir(folder) if not each.startswith("."))
    except OSError as error:
        raise UsageError(
            f"The folder of prompts {folder} cannot be read: {error.strerror}.",
            "The setting prompts names a folder of *.md files.",
        ) from None
    own = [each.removesuffix(".md") for each in names if each.endswith(".md")]
    for name in own:
        if name not in PLACEHOLDERS:
            import difflib  # only an error needs it

            close = difflib.get_close_matches(name, PLACEHOLDERS, 1)
            there_are = ", ".join(f"{each}.md" for each in PLACEHOLDERS)
            raise UsageError(
                f"The folder of prompts {folder} holds {name}.md, and there is no such prompt.",
                f"Did you mean {close[0]}.md?" if close else f"There are: {there_are}.",
            )
        load(name, folder)
    if not own:
        raise UsageError(
            f"The folder of prompts {folder} holds no prompt.",
            f"Each is a file: {', '.join(f'{each}.md' for each in PLACEHOLDERS)}.",
        )


def fingerprint(folder: Path | None = None) -> str:
    """A hash of all prompts in use, by which a run says under which it was made."""
    from hashlib import sha256

    texts = [f"{name}\0{load(name, folder).template}" for name in sorted(PLACEHOLDERS)]
    return sha256("\0".join(texts).encode()).hexdigest()[:16]


def _read(path: Path) -> str | None:
    """The text of a file; None where there is none."""
    try:
        # A pipe would be waited for without end.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
        with open(descriptor, "rb") as file:
            data = file.read(_MOST_BYTES + 1) if stat.S_ISREG(os.fstat(descriptor).st_mode) else b""
        if not data or len(data) > _MOST_BYTES:
            raise UsageError(
                f"The prompt {path} cannot be used: it is {'too long' if data else 'empty'}.",
                f"A prompt is a file of at most {_MOST_BYTES:,} bytes.",
            )
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError:
        return None
    except OSError as error:
        raise UsageError(f"The prompt {path} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise UsageError(f"The prompt {path} cannot be read.", "Write it in UTF-8.") from None


def parse(name: str, template: str, placeholders: frozenset[str]) -> Prompt:
    """A Prompt, once `template` is seen to hold each of `placeholders` and no other."""
    used = set(re.findall(_PLACEHOLDER, template))
    rest = re.sub(_PLACEHOLDER, "…", template)
    stray = re.search(r"\{\{.{0,20}", rest) or re.search(r".{0,20}\}\}", rest)
    if used != placeholders or stray:
        wrong = _difference(used, placeholders, "placeholder") if used != placeholders else ""
        wrong = wrong or f"not a placeholder: {stray[0] if stray else ''}"
        raise UsageError(
            f"The prompt {name}.md cannot be used: {wrong}.",
            (
                "It must hold each of "
                + ", ".join("{{" + placeholder + "}}" for placeholder in sorted(placeholders))
                + ", and no other double braces."
            )
            if placeholders
            else "It must hold no double braces.",
        )
    roles = re.findall(_PART, template)
    if roles not in ([], ["system", "user"]) or (roles and not re.match(_PART, template)):
        raise UsageError(
            f"The prompt {name}.md cannot be used: its parts are not as they must be.",
            "It must begin with the line `## system` and hold the line `## user` once, below it.",
        )
    return Prompt(name, template, placeholders)


_MOST_BYTES = 100_000
_PLACEHOLDER = r"\{\{([a-z][a-z_]*)\}\}"
_PART = re.compile(r"^## (system|user)$", re.MULTILINE)


def _difference(got: set[str], wanted: frozenset[str], what: str) -> str:
    parts = [
        f"{adjective} {what} {', '.join(sorted(names))}"
        for adjective, names in (("unknown", got - wanted), ("missing", wanted - got))
        if names
    ]
    return "; ".join(parts)
