"""Creating and updating an index: documents are added, replaced and removed as their files are."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from afgqa.documents.loading import load_documents
from afgqa.errors import DocumentError, StoreError
from afgqa.language.abbreviation_expansions import expansions
from afgqa.language.glossary import reworded
from afgqa.language.layout import layout
from afgqa.language.sentences import split
from afgqa.language.tokens import terms
from afgqa.protocols import Embedder, Progress, VectorStore
from afgqa.search.chunks import chunk
from afgqa.search.index_file import exclusive, identity, tidy
from afgqa.search.sqlite_schema import FORMAT, read_manifest, translate_errors
from afgqa.search.sqlite_store import Contents, LocalStore
from afgqa.settings import Settings
from afgqa.types import Changes, Document, Gloss, Manifest, Passage, Ref, Sentence

__all__ = [
    "add",
    "compare",
    "documents_now",
    "embedded",
    "find_changes",
    "manifest_of",
    "open_index",
    "passages_of",
    "sentences_of",
    "sync",
]


def sentences_of(text: str) -> tuple[Sentence, ...]:
    """The sentences of a text, in reading order."""
    return tuple(
        Sentence(number, start, end, text[start:end])
        for number, (start, end) in enumerate(split(text))
    )


def passages_of(document: Document, embedder: Embedder, settings: Settings) -> tuple[Passage, ...]:
    """Every sentence and every chunk of a document as a passage to be stored.

    Its terms are those of what a person reads it with: a row's headers, the headings above it.
    DocumentError when the text has no sentence.
    """
    sentences = sentences_of(document.text)
    if not sentences:
        raise DocumentError(f"{document.source} contains no sentence. Give a file with text.")
    limit = min(settings.chunk_tokens, embedder.max_tokens)
    chunks = chunk(document.text, sentences, limit=limit, count=embedder.count_tokens)
    found = [
        Passage(
            Ref(document.doc_id, "sentence", s.number),
            s.start,
            s.end,
            s.text,
            s.number,
            s.number + 1,
        )
        for s in sentences
    ]
    found += [
        Passage(Ref(document.doc_id, "chunk", c.number), c.start, c.end, c.text, c.first, c.last)
        for c in chunks
    ]
    also = expansions(document)
    return tuple(replace(p, terms=_both_wordings(_as_read(p, document), also)) for p in found)


def _as_read(passage: Passage, document: Document) -> str:
    """The passage as a person reads it: a row with its headers, a paragraph under its heading."""
    return layout(document.text).unit(passage.start, passage.end).text


def _both_wordings(text: str, glossary: Sequence[Gloss]) -> tuple[str, ...]:
    """The terms of a text, and those that only what its phrases mean has."""
    own = terms(text)
    return own + tuple(t for t in terms(reworded(text, glossary).text) if t not in own)


def add(
    store: VectorStore,
    documents: Sequence[Document],
    embedder: Embedder,
    settings: Settings,
    progress: Progress | None = None,
) -> None:
    """Embed documents and put them into a store, each in the place of its earlier self.

    All texts are cut and embedded before the first is stored, so a document that cannot be
    used leaves the store as it was. `progress` hears (passages done, passages in all).
    """
    for document, passages, vectors in embedded(documents, embedder, settings, progress):
        store.replace(document, passages, vectors)


def open_index(folder: Path, embedder: Embedder, settings: Settings) -> LocalStore:
    """The store in `folder`; StoreError when it is missing, damaged or of another make."""
    return LocalStore(folder, manifest_of(embedder, settings, read_manifest(folder).sources))


def sync(
    folder: Path,
    paths: Sequence[str | Path],
    embedder: Embedder,
    settings: Settings,
    *,
    rebuild: bool = False,
    follow_links: bool = False,
    progress: Progress | None = None,
) -> tuple[LocalStore, Changes]:
    """Create or update the index in `folder` from the files in `paths`, and return what changed.

    Makes the index when there is none, embeds only what is new or changed, and forgets what is
    gone. `rebuild` makes everything anew, whatever is there. All of it is one step, taken when
    everything is read and embedded: until then, and if anything fails, the index is as it was.
    IndexBusyError where another program writes to it. With `follow_links`, links out of the folders
    in `paths` are followed.
    """
    documents = load_documents(paths, follow_links=follow_links)
    sources = tuple(_relative(path, folder) for path in paths)
    manifest = manifest_of(embedder, settings, sources)
    with translate_errors(folder):
        first = rebuild or identity(folder) is None
    if first:
        with translate_errors(folder), exclusive(folder):
            contents = embedded(documents, embedder, settings, progress)
            made = Changes(added=tuple(sorted(document.doc_id for document in documents)))
            return LocalStore(folder, manifest, anew=contents), made
    store = LocalStore(folder, manifest)
    try:
        difference = compare(documents, store)
        if difference or read_manifest(folder).sources != sources:
            with store.exclusive():
                difference = compare(documents, store)  # others may have written meanwhile
                new = {*difference.added, *difference.changed}
                wanted = [document for document in documents if document.doc_id in new]
                contents = embedded(wanted, embedder, settings, progress)
                with store.together():
                    store.delete(difference.removed)
                    for document, passages, vectors in contents:
                        store.replace(document, passages, vectors)
                    store.describe(manifest)
            store.refresh()
        with suppress(StoreError, OSError):  # a folder that may only be read
            tidy(folder)
    except BaseException:
        store.close()
        raise
    return store, difference


def compare(documents: Sequence[Document], store: VectorStore) -> Changes:
    """How `documents` differ from those in `store`: by the hash of a file, or by its side files."""
    there = store.documents()
    here = {document.doc_id: document for document in documents}
    return Changes(
        added=tuple(sorted(here.keys() - there.keys())),
        changed=tuple(
            doc_id
            for doc_id in sorted(here.keys() & there.keys())
            if here[doc_id].sha256 != there[doc_id]
            or _side_files(here[doc_id]) != _side_files(store.document(doc_id))
        ),
        removed=tuple(sorted(there.keys() - here.keys())),
    )


def _side_files(document: Document) -> tuple[object, ...]:
    return document.examples, document.glossary


def find_changes(folder: Path, store: VectorStore) -> Changes:
    """How the files that the index in `folder` was made from differ from it by now.

    A source that is gone altogether is no error here: its documents are `removed`.
    """
    return compare(documents_now(folder, store), store)


def documents_now(
    folder: Path, store: VectorStore | None = None, *, follow_links: bool = False
) -> tuple[Document, ...]:
    """The documents as the files that the index in `folder` was made from have them by now.

    What `store` holds is not taken out of its file again, if that is the same. A source that is
    gone altogether has no document; DocumentError for a file that cannot be used. Links out of the
    folders are followed where `store` has what they lead to, or with `follow_links`.
    """
    there = {} if store is None else store.documents()

    def known(doc_id: str, sha256: str) -> Document | None:
        if store is None or there.get(doc_id) != sha256:
            return None
        return store.document(doc_id)

    # Normalised as `_relative` made them: by name, without following links.
    sources = [os.path.normpath(folder / source) for source in read_manifest(folder).sources]
    return load_documents(
        sources, missing_ok=True, known=known, follow_links=follow_links or there.keys()
    )


def embedded(
    documents: Sequence[Document],
    embedder: Embedder,
    settings: Settings,
    progress: Progress | None,
) -> Contents:
    """Documents with their passages and vectors, as a store takes them; nothing is stored."""
    if not documents:
        return []
    passages = [passages_of(document, embedder, settings) for document in documents]
    texts = [
        reworded(_as_read(passage, document), document.glossary).text
        for document, some in zip(documents, passages, strict=True)
        for passage in some
    ]
    vectors = embedder.encode_document(texts, progress)
    ends = list(accumulate(map(len, passages)))
    return [
        (document, some, vectors[end - len(some) : end])
        for document, some, end in zip(documents, passages, ends, strict=True)
    ]


def manifest_of(embedder: Embedder, settings: Settings, sources: tuple[str, ...]) -> Manifest:
    """What an index that is made now says of itself."""
    return Manifest(
        format=FORMAT,
        embedder=embedder.name,
        fingerprint=embedder.fingerprint,
        dimension=embedder.dimension,
        settings=settings.index_fingerprint(),
        sources=sources,
    )


def _relative(path: str | Path, folder: Path) -> str:
    """`path` as seen from the index, so that both can be moved together."""
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # another drive
        return Path(path).resolve().as_posix()
