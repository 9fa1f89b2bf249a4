"""Where the collections of generations are kept: in folders of their own, or on a server."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

from index.dense.chroma import chroma_errors, close, server
from index.disk import copy, telling
from index.views import View

if TYPE_CHECKING:
    from index.manifest import DensePart

FOLDER = "chroma"
LOCAL = "passages"  # the collection in a generation's own folder
_PAGE = 500  # collections that are listed at once


def sweep(address: str, prefix: str, kept: Collection[str]) -> bool:
    """Delete the collections at `address` that begin with `prefix` and are none of `kept`.

    Whether any of `kept` stands there; ServerError where the server does not do as it is told.
    """
    client = server(address)
    try:
        with chroma_errors(address):
            names: list[str] = []
            while found := client.list_collections(_PAGE, len(names)):
                names += [each.name for each in found]
            for name in names:
                if name.startswith(prefix) and name not in kept:
                    client.delete_collection(name)
            return not set(names).isdisjoint(kept)
    finally:
        close(client)


def holds(part: DensePart, count: int) -> bool:
    """Whether a Chroma server still has the `count` vectors of a dense part.

    ServerError where it cannot be asked.
    """
    client = server(part.address)
    try:
        with chroma_errors(part.address):
            from chromadb.errors import NotFoundError

            try:
                collection = client.get_collection(part.collection, embedding_function=None)
            except NotFoundError:
                return False
            return int(collection.count()) == count
    finally:
        close(client)


def copy_folder(old: Path, new: Path) -> None:
    """Copy a collection's folder, which nobody has open."""
    with telling(new, "write"):
        new.mkdir(parents=True)
        for entry in os.scandir(old):
            if entry.is_dir(follow_symlinks=False):
                copy_folder(Path(entry.path), new / entry.name)
            else:
                copy(Path(entry.path), new / entry.name)


def view(path: Path) -> View:
    """A temporary copy of a collection's folder: Chroma writes in the files that it opens."""
    view = View()
    try:
        with telling(path, "read"):
            copy_folder(path, Path(view.path) / FOLDER)
    except BaseException:
        view.close()
        raise
    return view
