"""`afgqa index`: create, update, check, repair or migrate an index."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from afgqa.cli.open_bot import SEEDS, add_download, add_follow_links
from afgqa.cli.output import note, print_json, show
from afgqa.cli.progress import bar
from afgqa.errors import AfgqaError, IndexMissingError, InputError
from afgqa.settings import DEFAULT_EMBEDDER, Settings

if TYPE_CHECKING:
    from afgqa.search.repair_and_migration import Repaired
    from afgqa.search.sqlite_store import LocalStore
    from afgqa.types import Changes

__all__ = ["add_options", "run_index"]

_DONE = 0


def add_options(index: argparse.ArgumentParser) -> None:
    index.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help="text, HTML, PDF or DOCX file, or folder (the paths indexed before)",
    )
    what = index.add_mutually_exclusive_group()
    what.add_argument("--rebuild", action="store_true", help="rebuild the index from scratch")
    what.add_argument(
        "--check", action="store_true", help="compare the whole index with its checksums"
    )
    what.add_argument(
        "--repair",
        action="store_true",
        help="rebuild a damaged index: keep intact documents, read damaged ones again",
    )
    what.add_argument(
        "--migrate",
        action="store_true",
        help="update an index of an older format from the documents that it contains",
    )
    index.add_argument(
        "--remove-damaged",
        action="store_true",
        help="with --repair: remove damaged documents whose files are gone",
    )
    index.add_argument(
        "--embedder", metavar="NAME", help=f"model name or folder ({DEFAULT_EMBEDDER})"
    )
    add_download(index)
    add_follow_links(index)


def run_index(options: argparse.Namespace) -> int:
    if options.remove_damaged and not options.repair:
        raise InputError("--remove-damaged goes with --repair. Type: afgqa index --help")
    if options.check or options.repair or options.migrate:
        if options.paths:
            raise InputError("Name no files with --check, --repair or --migrate, only --index.")
        return _maintain(options)
    from afgqa.documents.loading import left_out
    from afgqa.search.embedders import load_embedder
    from afgqa.search.indexing import sync

    folder = Path(options.index)
    paths, name = _sources(options, folder)
    settings = Settings(embedder=name or DEFAULT_EMBEDDER)
    embedder = load_embedder(settings.embedder, download=options.download)
    with bar() as progress:
        store, difference = sync(
            folder,
            paths,
            embedder,
            settings,
            rebuild=options.rebuild,
            follow_links=options.follow_links,
            progress=progress,
        )
    with closing(store):
        if not options.follow_links:
            for path in left_out(paths):
                note(f"afgqa: left out {path}: it leads out of its folder, or is not a file")
        _print(options, store, difference)
    return _DONE


def _sources(options: argparse.Namespace, folder: Path) -> tuple[Sequence[str], str | None]:
    """What to index, and by which embedder: as named, or as the index says."""
    from afgqa.search.sqlite_schema import read_manifest

    paths, name = options.paths, options.embedder
    if paths and name is not None:
        return paths, name
    try:
        manifest = read_manifest(folder)
    except IndexMissingError:
        return paths or [SEEDS], name
    except AfgqaError:
        if paths and options.rebuild:
            return paths, name
        raise
    sources = [os.path.relpath(folder / source) for source in manifest.sources]
    return paths or sources, name or manifest.embedder


def _maintain(options: argparse.Namespace) -> int:
    from afgqa.search.embedders import load_embedder
    from afgqa.search.repair_and_migration import Repaired, check, migrate, repair
    from afgqa.search.stored_documents import read_stored

    folder = Path(options.index)
    if options.check:
        check(folder)
        if options.json:
            print_json({"index": str(folder), "intact": True})
        else:
            show(f"{folder}: intact")
        return _DONE
    settings = Settings(embedder=options.embedder or read_stored(folder).embedder)
    embedder = load_embedder(settings.embedder, download=options.download)
    repaired = Repaired()
    with bar() as progress:
        if options.migrate:
            store = migrate(folder, embedder, settings, progress)
        else:
            store, repaired = repair(
                folder,
                embedder,
                settings,
                remove_damaged=options.remove_damaged,
                progress=progress,
            )
    with closing(store):
        _print(options, store, None, repaired)
    return _DONE


def _print(
    options: argparse.Namespace,
    store: LocalStore,
    difference: Changes | None,
    repaired: Repaired | None = None,
) -> None:
    from afgqa.cli.text import changes_text, store_text

    if options.json:
        result: dict[str, object] = {
            "index": str(options.index),
            "documents": len(store.documents()),
            "sentences": store.count("sentence"),
            "chunks": store.count("chunk"),
        }
        if repaired is not None:
            result |= asdict(repaired)
        if difference is not None:
            result |= {
                "added": difference.added,
                "changed": difference.changed,
                "removed": difference.removed,
            }
        print_json(result)
        return
    told = [changes_text(difference) if difference is not None else "rebuilt"]
    if repaired is not None:
        for names, what in (
            (repaired.derived, "derived again from the stored text"),
            (repaired.read_again, "read again from file"),
            (repaired.removed, "removed"),
        ):
            if names:
                told.append(f"{what}: {', '.join(names)}")
    show(f"{options.index}: {store_text(store)}; {'; '.join(told)}")
