"""The façade: in memory and on disk it says the same; what it takes, and what it refuses."""

from __future__ import annotations

import gc
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from corpus import CountingEmbedder

import afgqa
from afgqa import Answer, Chatbot, Settings
from afgqa.answers import Seconds
from afgqa.documents.loading import document_from_text
from afgqa.errors import DocumentError, IndexMismatchError, IndexMissingError, QuestionError
from afgqa.protocols import Embedder
from afgqa.search.hashing_embedder import HashingEmbedder
from afgqa.types import Changes, Hit, Mode, Sentence

EMBEDDER = HashingEmbedder(256)
ANY = Settings(threshold=0.0)
TEXTS = {
    "a.txt": "Ann Lee opened the bridge in May 1999. It cost $5 million. The bridge is not red.",
    "b.md": "# The tower\n\nBob Ray painted the tower by hand. It is made of stone.",
    "sub/c.txt": "A storm closed the bridge for two weeks.\nNo ship came to York.",
}
QUESTIONS = (
    "Who opened the bridge?",
    "How much did it cost?",
    "Is the bridge red?",
    "How was the tower painted?",
    "How long was the bridge closed?",
    "Did a ship come to York?",
    "Who stole the zebra?",
    "?",
)
MODES: tuple[Mode, ...] = ("hybrid", "dense", "lexical")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder with texts, and no index yet."""
    for name, text in TEXTS.items():
        path = tmp_path / "texts" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def on_disk(home: Path, **options: Any) -> Chatbot:
    chosen: dict[str, Any] = {"embedder": EMBEDDER, "settings": ANY, **options}
    return Chatbot.from_documents(home / "texts", index=home / "index", **chosen)


def opened(home: Path, *, settings: Settings = ANY, embedder: Embedder = EMBEDDER) -> Chatbot:
    return Chatbot.open(home / "index", embedder=embedder, settings=settings)


def timeless(answer: Answer, *, digits: int = 12) -> Answer:
    """The answer without its times, its confidence rounded."""
    rounded = round(answer.confidence, digits)
    return replace(answer, seconds=Seconds(0, 0, 0), confidence=rounded)


def said(bot: Chatbot, questions: Sequence[str] = QUESTIONS, *, digits: int = 12) -> list[Any]:
    """Everything that a chatbot says to some questions, and a conversation of them."""
    talk = bot.conversation()
    found: list[Any] = [bot.documents, [bot.sentences(it.doc_id) for it in bot.documents]]
    for question in questions:
        found += [timeless(bot.ask(question, mode=mode), digits=digits) for mode in MODES]
        found.append(timeless(talk.ask(question), digits=digits))
        found += [rounded(hit, digits) for hit in bot.search(question, k=4)]
    return found


def rounded(hit: Hit, digits: int) -> Hit:
    near = None if hit.similarity is None else round(hit.similarity, digits)
    score, covered = round(hit.score, digits), round(hit.coverage, digits)
    return replace(hit, score=score, similarity=near, coverage=covered)


# -- memory and disk ----------------------------------------------------------------------------


def test_memory_and_disk_give_the_same_answers(home: Path) -> None:
    with (
        Chatbot.from_documents(home / "texts", embedder=EMBEDDER, settings=ANY) as in_memory,
        on_disk(home) as built,
    ):
        # FAISS and NumPy add up in another order: the last digits may differ.
        first, second = said(in_memory, digits=5), said(built, digits=5)
    assert [hit for hit in first if isinstance(hit, Answer) and hit.answered] != []
    assert first == second


def test_save_then_load_gives_the_same_answers(home: Path) -> None:
    with on_disk(home) as built:
        first = said(built)
    with opened(home) as loaded:
        assert said(loaded) == first
        assert loaded.notices == ()
    with on_disk(home) as again:
        assert said(again) == first


@pytest.mark.model
def test_the_article_in_memory_and_on_disk(
    bot: Chatbot, embedder: Embedder, tmp_path: Path
) -> None:
    seeds = Path(__file__).parent.parent / "seeds"
    asked = [question for document in bot.documents for question in document.examples]
    assert len(asked) > 2
    first = said(bot, asked, digits=4)
    with Chatbot.from_documents(seeds, index=tmp_path / "index", embedder=embedder) as built:
        assert said(built, asked, digits=4) == first
        exact = said(built, asked)
    with Chatbot.open(tmp_path / "index", embedder=embedder) as loaded:
        assert said(loaded, asked) == exact


def test_threads_share_a_chatbot(home: Path) -> None:
    with on_disk(home) as bot:
        alone = [timeless(bot.ask(question)) for question in QUESTIONS]
        with ThreadPoolExecutor(8) as threads:
            shared = list(threads.map(bot.ask, QUESTIONS * 8))
        gc.collect()
    assert [timeless(answer) for answer in shared] == alone * 8


# -- files that change --------------------------------------------------------------------------


def test_changes_and_bringing_in_step(home: Path) -> None:
    with on_disk(home) as bot:
        assert bot.changes() == Changes()
        assert not bot.changes()
        (home / "texts/a.txt").write_text("Ann Lee closed the bridge.", encoding="utf-8")
        (home / "texts/b.md").unlink()
        (home / "texts/d.txt").write_text("A gull sat on the tower.", encoding="utf-8")
        expected = Changes(added=("d.txt",), changed=("a.txt",), removed=("b.md",))
        assert bot.changes() == expected
        assert bot.ask("Who opened the bridge?").short == "Ann Lee"  # from the index, as it was
    with opened(home) as bot:
        assert bot.changes() == expected
    counting = CountingEmbedder(256)
    with on_disk(home, embedder=counting) as bot:
        assert bot.changes() == Changes()
        assert [document.doc_id for document in bot.documents] == ["a.txt", "d.txt", "sub/c.txt"]
        assert bot.ask("Who closed the bridge?").short == "Ann Lee"
    assert set(counting.seen) == {"Ann Lee closed the bridge.", "A gull sat on the tower."}


def test_nothing_changes_in_memory(home: Path) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        (home / "texts/a.txt").write_text("New.", encoding="utf-8")
        assert (bot.changes(), bot.notices) == (Changes(), ())


def test_rebuild_makes_the_index_anew(home: Path) -> None:
    with on_disk(home) as bot:
        first = said(bot, QUESTIONS[:1])
    counting = CountingEmbedder(256)
    with on_disk(home, embedder=counting, rebuild=True) as bot:
        assert said(bot, QUESTIONS[:1]) == first
    assert len(counting.seen) > len(TEXTS)


def test_notices_tell_what_was_mended(home: Path) -> None:
    with on_disk(home) as bot:
        first = said(bot, QUESTIONS[:1])
    path = home / "index/sentence.faiss"
    path.write_bytes(path.read_bytes()[:99])
    with opened(home) as bot:
        assert bot.notices == (
            f"{path} is damaged (99 bytes that are not the ones written); "
            "it was rebuilt from afgqa.sqlite.",
        )
        assert said(bot, QUESTIONS[:1]) == first
    with opened(home) as bot:
        assert bot.notices == ()


def test_progress_is_heard(home: Path) -> None:
    heard: list[tuple[int, int]] = []
    with on_disk(home, progress=lambda done, total: heard.append((done, total))) as bot:
        chunks, sentences = 3, sum(len(bot.sentences(it.doc_id)) for it in bot.documents)
    assert heard == [(sentences + chunks, sentences + chunks)]


# -- searching ----------------------------------------------------------------------------------


@pytest.mark.parametrize("mode", MODES)
def test_search_gives_the_best_first_and_no_more_than_k(home: Path, mode: Mode) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        hits = bot.search("bridge", k=100, mode=mode)
        expected = {"hybrid": 8, "dense": 8, "lexical": 4}[mode]
        assert len(hits) == expected
        if mode == "hybrid":
            assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
        for k in (1, 2, 3):
            assert bot.search("bridge", k=k, mode=mode) == hits[:k]
        assert len(bot.search("bridge", mode=mode)) == min(5, expected)
        assert {hit.passage.ref.doc_id for hit in hits[:4]} == {"a.txt", "sub/c.txt"}


def test_search_within_documents(home: Path) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        for docs in (["a.txt"], ["b.md", "sub/c.txt"], []):
            found = {hit.passage.ref.doc_id for hit in bot.search("bridge", k=9, docs=docs)}
            assert found == set(docs)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"mode": "magic"}, "Unknown mode 'magic'. Use one of dense, lexical, hybrid."),
        ({"docs": "a.txt"}, "docs is the string 'a.txt'. Give a list of document ids."),
        ({"docs": ["a.txt", "x"]},
         "There is no document 'x'. There are: a.txt, b.md, sub/c.txt."),
    ],
)  # fmt: skip
def test_options_that_cannot_be_used(home: Path, options: dict[str, Any], message: str) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        for call in (bot.ask, bot.search):
            with pytest.raises(QuestionError) as caught:
                call("bridge", **options)
            assert str(caught.value) == message


@pytest.mark.parametrize(
    ("k", "shown"),
    [
        (0, "0"),
        (-1, "-1"),
        ("3", "'3'"),
        (2.5, "2.5"),
        (3.0, "3.0"),
        (1e300, "1e+300"),
        (None, "None"),
        (True, "True"),
        ("3" * 999, "'" + "3" * 79),
    ],
)
def test_search_for_no_number_of_sentences(home: Path, k: Any, shown: str) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        with pytest.raises(QuestionError) as caught:
            bot.search("bridge", k=k)
        assert str(caught.value) == f"{shown} sentences were requested; request 1 or more."


# -- questions ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "asked"),
    [
        ("Who came?", "Who came?"),
        ("  Who\n\tcame ? ", "Who came ?"),
        ("Who\u00a0came\u3000today?", "Who came today?"),
        ("\ufeffWho came?\0", "Who came?"),
        ("\x1b[31mWho\x1b[0m came?", "Who came?"),
        ("Who said â€œnoâ€\x9d?", "Who said “no”?"),  # mojibake is mended, quotes stay
        ("Who’s “Ann”?", "Who’s “Ann”?"),
        ("&lt;b&gt; ﬁve", "&lt;b&gt; ﬁve"),
        ("\ud83d\ude00 Who?", "😀 Who?"),  # two halves of a character
        ("\ud83d Who?", "\ufffd Who?"),  # one half
    ],
)
def test_a_question_is_cleaned(home: Path, given: str, asked: str) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        assert bot.ask(given).question == asked
        assert bot.conversation().ask(given).question == asked


@pytest.mark.parametrize("length", [2000, 2001])  # white space around it does not count
def test_the_longest_question(home: Path, length: int) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        if length == 2000:
            assert bot.ask(f" {'a' * length}\n").question == "a" * length
            return
        with pytest.raises(QuestionError) as caught:
            bot.ask("a" * length)
    assert str(caught.value) == (
        "The question is 2,001 characters long; the limit is 2,000. Ask for one thing at a time."
    )


# -- opening ------------------------------------------------------------------------------------


def test_documents_and_sentences(home: Path) -> None:
    with Chatbot.from_documents(home / "texts", embedder=EMBEDDER) as bot:
        assert {it.doc_id: it.text for it in bot.documents} == TEXTS
        assert [it.doc_id for it in bot.documents] == sorted(TEXTS)
        assert bot.sentences("sub/c.txt") == (
            Sentence(0, 0, 40, "A storm closed the bridge for two weeks."),
            Sentence(1, 41, 62, "No ship came to York."),
        )
        with pytest.raises(KeyError):
            bot.sentences("x")


def test_files_folders_and_documents_together(home: Path) -> None:
    ready = document_from_text("The sea is deep.", doc_id="sea")
    texts = home / "texts"
    with Chatbot.from_documents(
        str(texts / "a.txt"), ready, texts / "sub", embedder=EMBEDDER, settings=ANY
    ) as bot:
        assert [it.doc_id for it in bot.documents] == ["a.txt", "sea", "sub/c.txt"]
        assert bot.ask("Is the sea deep?").short == "Yes"


def test_no_document_is_an_error(home: Path) -> None:
    for index in (None, home / "index"):
        with pytest.raises(DocumentError, match=r"^No document was given\. Name at least one"):
            Chatbot.from_documents(embedder=EMBEDDER, index=index)
    assert not (home / "index").exists()


def test_two_documents_of_one_name_are_an_error(home: Path) -> None:
    ready = document_from_text("The sea is deep.", doc_id="a.txt")
    for others in ([ready], [home / "texts/a.txt"]):
        with pytest.raises(DocumentError) as caught:
            Chatbot.from_documents(ready, *others, embedder=EMBEDDER)
        assert str(caught.value) == ("Two documents have the id 'a.txt'. Give each a different id.")


def test_an_index_is_not_made_from_documents_in_memory(home: Path) -> None:
    ready = document_from_text("The sea is deep.", doc_id="sea")
    with pytest.raises(ValueError, match="made from files and folders, not from Documents"):
        Chatbot.from_documents(ready, index=home / "index", embedder=EMBEDDER)
    assert not (home / "index").exists()


def test_open_needs_an_index(home: Path) -> None:
    with pytest.raises(
        IndexMissingError, match=r"There is no index in .*index\. Create one: afgqa"
    ):
        opened(home)


def test_open_needs_the_same_embedder_and_settings(home: Path) -> None:
    on_disk(home).close()
    with pytest.raises(IndexMismatchError, match="embedder 'hashing-256', but 'hashing-64'"):
        opened(home, embedder=HashingEmbedder())
    with pytest.raises(IndexMismatchError, match="was made with settings"):
        opened(home, settings=Settings(chunk_tokens=5))
    with opened(home, settings=Settings(read=1, candidates=3, threshold=0.1)) as bot:
        assert len(bot.search("bridge", k=9)) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"read": 0}, "read is 0; it must be 1 or more"),
        ({"candidates": -1}, "candidates is -1; it must be 1 or more"),
        ({"chunk_tokens": 0}, "chunk_tokens is 0; it must be 1 or more"),
        ({"question_limit": 0}, "question_limit is 0; it must be 1 or more"),
        ({"threshold": 1.5}, r"threshold is 1.5; it must lie in 0..1"),
        ({"threshold": float("nan")}, r"threshold is nan; it must lie in 0..1"),
    ],
)
def test_settings_are_checked(options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Settings(**options)


# -- the package --------------------------------------------------------------------------------


def test_the_public_names() -> None:
    names = "AfgqaError Answer Chatbot Citation Conversation Document Hit Sentence Settings Turn"
    assert afgqa.__all__ == names.split()
    assert all(getattr(afgqa, name).__module__.startswith("afgqa.") for name in afgqa.__all__)


@pytest.mark.model
def test_in_five_lines(bot: Chatbot) -> None:
    """What a programmer does first: ask, read the quotation, check it, ask on."""
    document = bot.documents[0]
    answer = bot.ask(document.examples[0])
    assert answer.answered
    (citation,) = answer.citations
    assert document.text[citation.start : citation.end] == citation.text
    assert citation.highlight is not None
    assert citation.text[slice(*citation.highlight)] == answer.short
    assert answer.text == f"{answer.short} [1]"

    talk = bot.conversation()
    talk.ask(document.examples[0])
    again = talk.ask("What did she opt to do?")
    assert again.standalone == f"What did {answer.short} opt to do?"

    refused = bot.ask("Who won the 1998 World Cup in football?")
    assert (refused.answered, refused.citations, refused.short) == (False, (), None)
