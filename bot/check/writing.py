"""A case as the YAML that a person keeps: what `bot.check.reading` reads as the same case again."""

from __future__ import annotations

from collections.abc import Sequence

from bot.check.cases import ANY_REASON, Case, Count, Expected, Number, Step
from bot.quoting import plain, quoted

_WIDTH = 100


def written(case: Case) -> str:
    """The lines of `case` in a list of cases; its corpus is its file's and not among them."""
    lines = [f"- id: {plain(case.id)}", *_step(case.steps[0], "  ")]
    if len(case.steps) > 1:
        lines.append("  then:")
        for step in case.steps[1:]:
            first, *others = _step(step, "      ")
            lines += [f"    - {first.lstrip()}", *others]
    if case.modes:
        lines += _list("modes", case.modes, "  ")
    if case.repeat != 1:
        lines.append(f"  repeat: {case.repeat}")
    if case.pass_at_least != case.repeat:
        lines.append(f"  pass_at_least: {case.pass_at_least}")
    if case.tags:
        lines += _list("tags", list(map(plain, case.tags)), "  ")
    if case.skip is not None:
        lines.append(
            f"  skip: {plain(case.skip.reason)}"
            if case.skip.until is None
            else f"  skip: {{reason: {quoted(case.skip.reason)}, until: {case.skip.until}}}"
        )
    if case.fails:
        lines.append(f"  fails: {plain(case.fails)}")
    return "\n".join(lines) + "\n"


def _step(step: Step, indent: str) -> list[str]:
    return [f"{indent}ask: {plain(step.ask)}", *_expected(step.expect, indent)]


def _expected(expected: Expected, indent: str) -> list[str]:
    if expected.abstains == ANY_REASON:
        return [f"{indent}expect: abstains"]
    if expected.abstains:
        return [f"{indent}expect: {{abstains: {expected.abstains}}}"]
    lines = [f"{indent}expect:"]
    indent += "  "
    for key, texts in (
        ("says", expected.says),
        ("says_any", expected.says_any),
        ("says_not", expected.says_not),
        ("matches", expected.matches),
    ):
        lines += _list(key, list(map(plain, texts)), indent)
    lines += _list("numbers", list(map(_number, expected.numbers)), indent)
    lines += _list("dates", expected.dates, indent)
    for key, texts in (
        ("cites", expected.cites),
        ("cites_only", expected.cites_only),
        ("cites_not", expected.cites_not),
        ("quotes", expected.quotes),
    ):
        lines += _list(key, list(map(plain, texts)), indent)
    if expected.claims is not None:
        lines.append(f"{indent}claims: {_count(expected.claims)}")
    if expected.dated:
        lines.append(f"{indent}dated: {expected.dated}")
    lines += _list("notices", expected.notices, indent)
    lines += _list("notices_not", expected.notices_not, indent)
    lines += _list("judge", list(map(plain, expected.judged)), indent)
    return lines


def _list(key: str, items: Sequence[str], indent: str) -> list[str]:
    """`items`, which are YAML already, in one line where they fit into it."""
    if not items:
        return []
    line = f"{indent}{key}: [{', '.join(items)}]"
    if len(line) <= _WIDTH and not any("," in item or "?" in item for item in items):
        return [line]
    return [f"{indent}{key}:", *(f"{indent}  - {item}" for item in items)]


def _number(number: Number) -> str:
    if not number.within:
        return _decimal(number.value)
    sign = "%" if number.percent else ""
    return f"{{value: {_decimal(number.value)}, within: {_decimal(number.within)}{sign}}}"


def _decimal(value: float) -> str:
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    told = repr(value)
    return told if "." in told else told.replace("e", ".0e")  # to YAML 1e+20 is a text


def _count(count: Count) -> str:
    if count.least == count.most:
        return str(count.least)
    bounds = (("min", count.least), ("max", count.most))
    return "{" + ", ".join(f"{key}: {bound}" for key, bound in bounds if bound is not None) + "}"
