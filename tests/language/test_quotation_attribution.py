"""Who says it: the speaker of a quotation, and of what is reported without marks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.language.quotation_attribution import speaker_of


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        ("“We will open it,” the mayor of York told reporters.", "the mayor of York"),
        ("“We will open it,” Ann Lee, who is the mayor, said in May.", "Ann Lee"),
        ("“We will open it,” said Ann Lee, the mayor.", "Ann Lee"),
        ("Ann Lee, the mayor of York, told reporters: “We will open it.”", "Ann Lee"),
        ('When asked, Bob Ray said, "There is no more tea for us."', "Bob Ray"),
        ("The mayor has said that it will open in May.", "The mayor"),
        ("The mill, however, contends that it is open.", "The mill"),
        ("According to the mayor, it will open.", "the mayor"),
        # A pronoun names nobody, and the next sentence is no attribution.
        ("“It is late,” he said.", None),
        ("“We will open it.” The crowd said nothing.", None),
        ("He bought a “very large and heavy” stone.", None),
        ("Ann Lee opened the bridge in May.", None),
    ],
)
def test_who_says_it(text: str, speaker: str | None) -> None:
    assert speaker_of(text, 0, len(text)) == speaker


SPEECH = "“The bridge is old,” Ann Lee told us. “It must be closed. Nobody may cross it.”"


@pytest.mark.parametrize("sentence", ["“The bridge is old", "“It must", "Nobody may"])
def test_a_speaker_goes_on(sentence: str) -> None:
    start = SPEECH.index(sentence)
    assert speaker_of(SPEECH, start, start + len(sentence)) == "Ann Lee"


def test_a_new_paragraph_is_another_matter() -> None:
    text = f"{SPEECH}\n“It is open.”"
    assert speaker_of(text, len(SPEECH) + 1, len(text)) is None


@pytest.mark.parametrize(
    ("answer", "speaker"), [("old", "Ann Lee"), ("May", None), ("Ann Lee", None), ("noon", None)]
)
def test_only_what_is_said_is_the_speakers(answer: str, speaker: str | None) -> None:
    text = "At noon, “The bridge is old,” Ann Lee told us in May."
    at = text.index(answer)
    assert speaker_of(text, 0, len(text), (at, at + len(answer))) == speaker


def test_what_is_reported_comes_after_the_verb() -> None:
    text = "The mayor said in May that the bridge is old."
    for answer, speaker in (("old", "The mayor"), ("May", None)):
        at = text.index(answer)
        assert speaker_of(text, 0, len(text), (at, at + len(answer))) == speaker


WORDS = "Ann Lee the mayor said told that it is “old,” “ ” , . he according to \n".split(" ")


@given(
    st.lists(st.sampled_from(WORDS), max_size=30).map(" ".join) | st.text(max_size=200),
    st.data(),
)
def test_a_speaker_is_in_the_text(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    found = speaker_of(text, start, end)
    assert found is None or (found in text and found == found.strip() != "")
