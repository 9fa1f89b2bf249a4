"""Frozen records, as `dataclasses` makes them, for a process that lives a tenth of a second.

`dataclasses` imports `inspect` (7 to 12 ms) and compiles the methods of each class anew in each
process (0.6 to 0.8 ms a class): 35 ms of the 120 that a piped `ask` once took. Here the
methods are closures over the names of the fields, and a class costs 0.03 ms. Type checkers
see a dataclass, and to its users a record is one that is frozen and slotted: compared and hashed
by its fields, shown with their names, copied, matched and pickled.
"""

from __future__ import annotations

from operator import attrgetter

TYPE_CHECKING = False  # as type checkers know it; `typing` costs 2 ms
if TYPE_CHECKING:
    from typing import Any, NoReturn, TypeVar, dataclass_transform

    T = TypeVar("T")

    @dataclass_transform(frozen_default=True)
    def record(cls: type[T]) -> type[T]:
        """`cls` as a frozen record: its annotations are the fields, what they are set to the
        defaults, which all records share. It cannot inherit fields nor use a bare `super()`."""

else:

    def record(cls):
        """`cls` as a frozen record of the fields that it annotates."""
        names = tuple(cls.__annotations__)
        body = {name: value for name, value in vars(cls).items() if name not in _ANEW}
        defaults = {name: body.pop(name) for name in names if name in body}
        body |= _SHARED
        body["__slots__"] = body["__match_args__"] = names
        made = type(cls)(cls.__name__, cls.__bases__, body)
        made.__init__ = _init(made, names, defaults)
        made._values = property(_values(names))
        return made


def replaced(record: T, **changes: Any) -> T:
    """A record like `record` but for `changes`."""
    made: Any = record
    return type(record)(**{**dict(zip(made.__slots__, made._values, strict=True)), **changes})


def _init(cls: Any, names: tuple[str, ...], defaults: dict[str, Any]) -> Any:
    setters = [getattr(cls, name).__set__ for name in names]

    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: N807 - as it is shown
        if named or len(values) != len(setters):
            values = _bound(cls.__qualname__, names, defaults, values, named)
        for put, value in zip(setters, values, strict=False):  # faster than strict
            put(self, value)

    return __init__


def _bound(
    name: str,
    names: tuple[str, ...],
    defaults: dict[str, Any],
    values: tuple[Any, ...],
    named: dict[str, Any],
) -> tuple[Any, ...]:
    """A value for each of `names`, from what a class was called with; TypeError as of a call."""
    given = dict(zip(names, values, strict=False))
    if len(values) > len(names):
        raise TypeError(f"{name}() takes {len(names)} arguments but {len(values)} were given")
    for each in named:
        if each not in names:
            raise TypeError(f"{name}() got an unexpected keyword argument {each!r}")
        if each in given:
            raise TypeError(f"{name}() got multiple values for argument {each!r}")
    found = {**defaults, **given, **named}
    try:
        return tuple(found[each] for each in names)
    except KeyError:
        missing = ", ".join(repr(each) for each in names if each not in found)
        raise TypeError(f"{name}() is missing arguments: {missing}") from None


def _values(names: tuple[str, ...]) -> Any:
    get = attrgetter(*names)
    return get if len(names) > 1 else lambda self: (get(self),)


def _eq(self: Any, other: object) -> Any:
    if other.__class__ is self.__class__:
        return self._values == other._values  # type: ignore[attr-defined]
    return NotImplemented


def _hash(self: Any) -> int:
    return hash(self._values)


def _repr(self: Any) -> str:
    shown = zip(self.__slots__, self._values, strict=True)
    fields = ", ".join(f"{name}={value!r}" for name, value in shown)
    return f"{self.__class__.__qualname__}({fields})"


def _setattr(self: Any, name: str, value: object) -> NoReturn:  # noqa: ARG001 - as it is called
    raise AttributeError(f"cannot assign to {name!r} of a frozen {self.__class__.__qualname__}")


def _delattr(self: Any, name: str) -> NoReturn:
    raise AttributeError(f"cannot delete {name!r} of a frozen {self.__class__.__qualname__}")


def _reduce(self: Any) -> tuple[Any, ...]:
    return self.__class__, self._values


_ANEW = ("__dict__", "__weakref__")
_SHARED = {
    "__eq__": _eq,
    "__hash__": _hash,
    "__repr__": _repr,
    "__setattr__": _setattr,
    "__delattr__": _delattr,
    "__reduce__": _reduce,
}
