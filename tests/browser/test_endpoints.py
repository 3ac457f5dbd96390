"""The named endpoints, as a client sees them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from browser.steps import ENVOY
from gradio_client import Client
from gradio_client.exceptions import AppError
from jsonschema import Draft202012Validator

from afgqa.serialization import explanation_row

if TYPE_CHECKING:
    from afgqa.chatbot import Chatbot

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "verify.schema.json").read_text(encoding="utf-8")
)
CITED = {"doc_id": "tea", "sha256": "0" * 64, "start": 0, "end": 9, "text": "It is tea"}


def test_endpoints_give_the_same_answers_as_data(url: str, bot: Chatbot) -> None:
    client = api(url)
    answer, row = bot.ask(ENVOY), client.predict(ENVOY, api_name="/ask")
    assert row["short"] == answer.short
    assert [(it["start"], it["end"], it["text"]) for it in row["citations"]] == [
        (it.start, it.end, it.text) for it in answer.citations
    ]
    hits = client.predict("envoy for women", 3, "lexical", api_name="/search")
    assert [(hit["start"], hit["text"], hit["score"]) for hit in hits] == [
        # the endpoint gives six decimals
        (hit.passage.start, hit.passage.text, pytest.approx(hit.score, abs=1e-6))
        for hit in bot.search("envoy for women", k=3, mode="lexical")
    ]


def test_explain_tells_what_led_to_the_answer(url: str, bot: Chatbot) -> None:
    row = api(url).predict("Why did she refuse?", [ENVOY], api_name="/explain")
    talk = bot.conversation()
    talk.ask(ENVOY)
    here = talk.explain("Why did she refuse?")
    assert talk.turns[-1].answer == here.answer
    assert row["answer"]["standalone"] == "Why did Rina Amiri refuse?"
    expected = json.loads(json.dumps(explanation_row(here)))
    for one in (row["answer"], expected["answer"]):
        del one["seconds"]
    assert row == expected
    alone = api(url).predict(ENVOY, api_name="/explain")
    assert alone["parts"] == explanation_row(bot.explain(ENVOY))["parts"]


def test_an_answer_can_be_verified(url: str) -> None:
    client = api(url)
    citations = client.predict(ENVOY, api_name="/ask")["citations"]
    changed = citations[0] | {"text": citations[0]["text"].replace("In July", "In June")}
    rows = client.predict([*citations, changed], api_name="/verify")
    for row in rows:
        Draft202012Validator(SCHEMA).validate(row)
    assert [(row["state"], row["same_file"]) for row in rows] == [
        ("exact", True), ("edited", True),
    ]  # fmt: skip
    assert rows[1]["now"]["text"] == citations[0]["text"]


def test_endpoints(tea: str) -> None:
    client = api(tea)
    names = client.view_api(return_format="dict", print_info=False)
    assert sorted(names["named_endpoints"]) == ["/ask", "/explain", "/search", "/verify"]
    assert names["unnamed_endpoints"] == {}
    row = client.predict("Where did she grow?", ["What is tea made from?"], api_name="/ask")
    assert row["standalone"] == "Where did 🍃 leaves grow?"
    assert row["answered"] is False
    assert row["citations"] == []
    row = client.predict("What is tea made from?", api_name="/ask")
    assert (row["answered"], row["short"], row["reason"]) == (True, "🍃 leaves", None)
    assert [(it["number"], it["start"], it["end"], it["highlight"]) for it in row["citations"]] == [
        (1, 0, 29, [20, 28])
    ]
    hits = client.predict("tea", 2, "hybrid", api_name="/search")
    assert [(hit["doc_id"], hit["start"], hit["text"], hit["score"]) for hit in hits] == [
        ("tea", 0, "Tea 🫖🫖 is made from 🍃 leaves.", 1.0),
        ("tea", 30, "It is old.", 0.5),
    ]
    (state,) = client.predict(row["citations"], api_name="/verify")
    assert (state["state"], state["now"]["start"]) == ("exact", 0)
    assert client.predict([], api_name="/verify") == []


@pytest.mark.parametrize(
    ("endpoint", "given", "message"),
    [
        ("/ask", ("  ",), "the question is empty; type a question"),
        ("/ask", (7,), "A question must be text, not 7."),
        ("/ask", ([7] * 999,), "A question must be text, not " + "[7, 7, 7, 7"),
        ("/ask", ("Is it?", [None]), '"history" must be a list of strings'),
        ("/ask", ("Is it?", "Why?"), '"history" must be a list of strings'),
        ("/ask", ("Is it?", {"a": "Why?"}), '"history" must be a list of strings'),
        ("/ask", ("Is it?", ["Why?"] * 21), '"history" has 21 questions; the limit is 20.'),
        ("/search", ("tea", 5, "best"), "Unknown mode 'best'. Use one of dense,"),
        ("/explain", (7,), "A question must be text, not 7."),
        ("/explain", ("Is it?", ["Why?"] * 21), '"history" has 21 questions; the limit is 20.'),
        ("/verify", ("all",), "Citations must be a list, not 'all'."),
        ("/verify", ([{}] * 501,), "There are 501 citations; the limit is 500."),
        (
            "/verify",
            ([CITED | {"text": "a" * 100_001}],),
            "The citations have 100,001 characters in total; the limit is 100,000.",
        ),
        ("/verify", ([CITED, 7],), "citation 2 is not a JSON object: 7."),
        ("/verify", ([CITED | {"end": "9"}],), 'citation 1 cannot be checked: "start" and "end"'),
    ],
)
def test_an_error_of_ours_reaches_the_client_without_a_traceback(
    tea: str,
    capfd: pytest.CaptureFixture[str],
    endpoint: str,
    given: tuple[object, ...],
    message: str,
) -> None:
    client = api(tea)
    with pytest.raises(AppError, match=re.escape(message)):
        client.predict(*given, api_name=endpoint)
    shown = capfd.readouterr()
    assert "Traceback" not in shown.out + shown.err


@pytest.mark.parametrize("k", ["3", 2.5, None, 1e300])
def test_a_number_of_sentences_that_is_none(
    url: str, capfd: pytest.CaptureFixture[str], k: object
) -> None:
    client = api(url)
    with pytest.raises(AppError, match=re.escape(f"{k!r} sentences were requested")):
        client.predict("envoy", k, api_name="/search")
    shown = capfd.readouterr()
    assert "Traceback" not in shown.out + shown.err


def api(url: str) -> Any:
    return Client(url, verbose=False)
