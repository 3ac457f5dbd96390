"""Yes or no by the words of a sentence: negations and their scope, opposites, only and all."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from afgqa.answering.yes_no import contradicts, verdict


@pytest.mark.parametrize(
    ("sentence", "question", "said"),
    [
        ("The bridge is red.", "Is the bridge red?", "Yes"),
        ("The bridge is not red.", "Is the bridge red?", "No"),
        ("The bridge isn’t red.", "Is the bridge red?", "No"),
        ("The bridge is red.", "Is the bridge not red?", "No"),
        ("The bridge is not red.", "Isn't the bridge red?", "Yes"),
        ("The bridge was never red.", "Was the bridge red?", "No"),
        ("The bridge is no longer red.", "Is the bridge red?", "No"),
        ("No bridge was red.", "Was a bridge red?", "No"),
        ("The town has no red bridge.", "Does the town have a red bridge?", "No"),
        ("The town has no red bridge.", "Is it true that the town has no red bridge?", "Yes"),
        ("Ann failed to close the bridge.", "Did Ann close the bridge?", "No"),
        ("The bridge is not only red.", "Is the bridge red?", "Yes"),
        ("No less than two bridges are red.", "Are two bridges red?", "Yes"),
        ("Bridge No. 5 is red.", "Is bridge No. 5 red?", "Yes"),
        ("Nobody did not see the red bridge.", "Did they see the red bridge?", "Yes"),
        # Who says it affirms nothing.
        (
            "“The US does not sell red paint,” a State Office clerk said.",
            "Does the State sell red paint?",
            "No",
        ),
        # What never stops goes on; what stopped was once so.
        ("The mill never stopped grinding.", "Did the mill go on grinding?", "Yes"),
        ("The mill doesn’t really cease grinding rye.", "Does the mill still grind rye?", "Yes"),
        ("They never stop growing.", "Do the teeth of a mare keep growing?", "Yes"),
        ("It doesn’t stop growing in May.", "Does the grass go on growing in summer?", "Yes"),
        ("The mill stopped grinding rye in May.", "Did the mill grind rye?", "Yes"),
        ("The mill never stops.", "Does the mill stop?", "No"),
        ("Trams do not stop during the fair.", "Do trams stop in the days of the fair?", "No"),
        ("The baker never quits anything.", "Does the baker quit?", "No"),
        # A question of one word is affirmed by one; a no needs no more than one.
        ("It burned in 1844.", "Did it burn?", "Yes"),
        ("The bridge did not burn.", "Did the fire harm the bridge?", "No"),
        # A negation ends with its clause.
        ("The bridge stays closed, and no car has crossed it.", "Is the bridge closed?", "Yes"),
        ("No car has crossed it, but the bridge is open.", "Is the bridge open?", "Yes"),
        ("Ann left the town without a lamp.", "Did Ann leave the town?", "Yes"),
        ("Ann left the town without a lamp.", "Did Ann leave town without a lamp?", "Yes"),
        # An opposite turns it round, a denied one back again.
        ("The bridge stays closed.", "Is the bridge open?", "No"),
        ("The bridge is not closed.", "Is the bridge open?", "Yes"),
        ("Prices of lamps rise sharply.", "Do prices of lamps fall sharply?", "No"),
        ("The tower is cheap to paint.", "Is it expensive to paint the tower?", "No"),
        # More than only, less than all.
        ("Ann met Bob as well as the mayor.", "Did Ann meet only the mayor?", "No"),
        ("Ann met the mayor.", "Did Ann meet only the mayor?", "Yes"),
        ("Some lamps of the tower burn oil.", "Do all lamps of the tower burn oil?", "No"),
        ("All lamps of the tower burn oil.", "Do all lamps of the tower burn oil?", "Yes"),
        ("Every lamp burns oil, most of it green.", "Do all lamps burn oil?", "Yes"),
        ("Some doors of the tower are closed.", "Are all the doors of the tower open?", "No"),
        (
            "All lamps of the pier came from Holm, except two.",
            "Did all lamps of the pier come from Holm?",
            "No",
        ),
        ("Most anglers of the pier are unable to swim.", "Are all anglers unable to swim?", "No"),
        (
            "Gulls and terns are not closely related: gulls are heavy, terns are light.",
            "Are gulls closely related to terns?",
            "No",
        ),
        ("The ferry has 12 lamps.", "Does the ferry have 12 lamps?", "Yes"),
        ("Some workers did not strike.", "Did all the workers strike?", "No"),
        # What the question says itself is no opposite of it; two opposites turn it once.
        (
            "Ann opened the first bridge in May 1999.",
            "Did Ann open the first bridge last year?",
            "Yes",
        ),
        ("The big bridge in the west is weak.", "Is the big bridge in the east strong?", "No"),
        # "diplomat" stands in both clauses and tells nothing; "rang" does.
        ("Bells are loud, but no bell rang.", "Is it true that no bell rang?", "Yes"),
    ],
)
def test_by_hand(sentence: str, question: str, said: str) -> None:
    assert verdict(question, sentence) == said


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("It rained.", "Is the bridge red?"),  # nothing in common
        ("", "Is the bridge red?"),
        ("The red tower has no bridge.", "Is the bridge red?"),  # one is affirmed, one denied
        ("The bridge is 40 metres long.", "Did the bridge burn?"),  # only what it is about
        ("It was never shut.", "Is the bridge open?"),
        ("Ann Lee is the envoy of Holm.", "Did Ann Lee resign?"),  # a name is one word
        # Most words affirm it, and one denies it.
        (
            "The town said it would mend the pier, but it has not begun.",
            "Has the town begun to mend the pier?",
        ),
        # Another number, another day.
        ("The ferry has 12 lamps.", "Does the ferry have 20 lamps?"),
        ("The pier is open to anglers on Mondays.", "Is the pier open to anglers on Fridays?"),
    ],
)
def test_what_the_words_do_not_settle(sentence: str, question: str) -> None:
    assert verdict(question, sentence) is None


@given(question=st.text(), sentence=st.text())
def test_any_text_can_be_judged(question: str, sentence: str) -> None:
    assert verdict(question, sentence) in ("Yes", "No", None)


@pytest.mark.parametrize("sentence", ["The old lamp burns oil.", "Ann sold seven boats in May."])
def test_a_sentence_affirms_itself(sentence: str) -> None:
    assert verdict(f"Is it true that {sentence}", sentence) == "Yes"
    assert verdict(sentence, f"It is not so that anything else holds; {sentence}") == "Yes"


@pytest.mark.parametrize(
    ("question", "sentence", "found"),
    [
        ("When did the mill reopen?", "The mill remains closed.", True),
        ("How did he survive the fall?", "The fall killed him.", True),
        ("Why does the mill not open?", "The mill is not closed.", True),
        ("When did the mill reopen?", "The mill is not closed.", False),
        ("Why does the mill not open?", "The mill is closed.", False),
        ("When did the mill reopen?", "It was closed, and reopened in May.", False),
        ("When was the mill open and when closed?", "The mill is closed.", False),
        ("When did the mill open?", "The mill stands on a hill.", False),
    ],
)
def test_what_a_question_takes_for_granted(question: str, sentence: str, found: bool) -> None:
    assert contradicts(question, sentence) is found
