"""The tools of the Model Context Protocol, as its official client sees them."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from browser.steps import ENVOY, apart
from jsonschema import Draft202012Validator
from mcp import ClientSession
from mcp.client.streamable_http import streamable_http_client
from mcp.types import CallToolResult, TextContent, Tool

from afgqa.serialization import hit_row

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from afgqa.chatbot import Chatbot

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "answer.schema.json").read_text(encoding="utf-8")
)


def session(url: str, work: Callable[[ClientSession], Coroutine[Any, Any, Any]]) -> Any:
    """What `work` gives with a session of a client at a page's server for tools."""

    async def whole() -> Any:
        address = f"{url.rstrip('/')}/gradio_api/mcp/"
        async with (
            streamable_http_client(address) as (read, write, _),
            ClientSession(read, write) as client,
        ):
            await client.initialize()
            return await work(client)

    return apart(lambda: asyncio.run(whole()))


def call(url: str, name: str, **given: Any) -> CallToolResult:
    result: CallToolResult = session(url, lambda client: client.call_tool(name, given))
    return result


def said(result: CallToolResult) -> str:
    (content,) = result.content
    assert isinstance(content, TextContent)
    return content.text


def value(result: CallToolResult) -> Any:
    assert not result.isError, said(result)
    return json.loads(said(result))


def test_two_tools_and_nothing_else(tea: str) -> None:
    async def offered(client: ClientSession) -> tuple[list[Tool], list[object], list[object]]:
        tools = (await client.list_tools()).tools
        resources = (await client.list_resources()).resources
        return tools, list(resources), list((await client.list_prompts()).prompts)

    tools, *others = session(tea, offered)
    assert others == [[], []]
    ask, search = tools
    assert (ask.name, search.name) == ("ask_article", "search_article")
    assert ask.description.startswith("Answer a question in English with sentences quoted")
    assert "nothing is answered" in search.description
    assert "Args" not in ask.description + search.description
    for tool in tools:
        fields = tool.inputSchema["properties"]
        assert all(field["description"] for field in fields.values())
    assert ask.inputSchema["required"] == ["question"]
    assert ask.inputSchema["properties"]["question"]["type"] == "string"
    assert {"type": "array", "items": {"type": "string"}} in ask.inputSchema["properties"][
        "history"
    ]["oneOf"]
    assert search.inputSchema["required"] == ["query"]
    fields = search.inputSchema["properties"]
    assert (fields["k"]["type"], fields["k"]["default"]) == ("integer", 5)
    assert fields["mode"]["enum"] == ["dense", "lexical", "hybrid"]


def test_the_schema_that_gradio_publishes_names_the_same_tools(tea: str) -> None:
    with urlopen(f"{tea}gradio_api/mcp/schema") as response:
        assert [one["name"] for one in json.load(response)] == ["ask_article", "search_article"]


def test_the_tools_answer_as_the_chatbot_does(url: str, bot: Chatbot) -> None:
    row, answer = value(call(url, "ask_article", question=ENVOY)), bot.ask(ENVOY)
    Draft202012Validator(SCHEMA).validate(row)
    assert (row["short"], row["text"]) == (answer.short, answer.text)
    assert [(it["doc_id"], it["start"], it["end"], it["text"]) for it in row["citations"]] == [
        (it.doc_id, it.start, it.end, it.text) for it in answer.citations
    ]
    found = value(call(url, "search_article", query="envoy for women", k=3, mode="lexical"))
    hits = bot.search("envoy for women", k=3, mode="lexical")
    assert found == json.loads(json.dumps([hit_row(hit) for hit in hits]))
    assert len(value(call(url, "search_article", query="envoy for women"))) == 5


def test_a_follow_up_and_a_refusal(tea: str) -> None:
    row = value(
        call(tea, "ask_article", question="Where did she grow?", history=["What is tea made from?"])
    )
    assert (row["standalone"], row["answered"]) == ("Where did 🍃 leaves grow?", False)
    assert row["reason"]


@pytest.mark.parametrize(
    ("name", "given", "message"),
    [
        ("ask_article", {"question": "  "}, "the question is empty; type a question"),
        (
            "ask_article",
            {"question": "Is it?", "history": ["Why?"] * 21},
            '"history" has 21 questions; the limit is 20. Leave out the oldest.',
        ),
        ("search_article", {"query": " "}, "the query is empty; type a few words"),
        ("ask_article", {"question": 7}, "Input validation error: 7 is not of type 'string'"),
        ("ask_article", {}, "Input validation error: 'question' is a required property"),
        (
            "search_article",
            {"query": "tea", "mode": "best"},
            "Input validation error: 'best' is not one of ['dense', 'lexical', 'hybrid']",
        ),
        *(
            (name, {"question": "Is it?"}, f"Unknown tool for this Gradio app: {name}")
            for name in ("ask", "explain", "verify", "search", "answer", "redraw")
        ),
    ],
)
def test_an_error_reaches_the_client_in_our_words(
    tea: str,
    capfd: pytest.CaptureFixture[str],
    name: str,
    given: dict[str, Any],
    message: str,
) -> None:
    result = call(tea, name, **given)
    assert (result.isError, said(result)) == (True, message)
    shown = capfd.readouterr()
    assert "Traceback" not in shown.out + shown.err


def test_a_question_for_more_sentences_than_none(url: str) -> None:
    result = call(url, "search_article", query="envoy", k=0)
    assert (result.isError, said(result)) == (
        True,
        "0 sentences were requested; request 1 or more.",
    )


def test_text_that_looks_like_a_file_stays_text(tea: str) -> None:
    for question in ("data:text/plain;base64,QQ==", "https://example.org/a.txt", "/etc/passwd"):
        assert value(call(tea, "ask_article", question=question))["question"] == question


@pytest.mark.parametrize("path", ["upload", "mcp/upload", "mcp/http/upload", "mcp/upload/"])
def test_there_is_no_door_for_files(tea: str, path: str) -> None:
    with pytest.raises(HTTPError) as caught:
        urlopen(Request(f"{tea}gradio_api/{path}", b"A", {"Content-Type": "text/plain"}))
    with caught.value as refused:
        assert (refused.status, refused.read()) == (404, b"There is nothing here.")
