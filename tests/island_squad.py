"""A small SQuAD 2.0 file about five islands, for the programs that train and measure."""

from __future__ import annotations

from typing import Any

ISLANDS = "Skerry Tarn Holm Fathom Eddis".split()
KEEPERS = "Ann Ben Cleo Dov Ede".split()


def squad() -> dict[str, Any]:
    """Five articles of two paragraphs; three questions with an answer and one without each."""
    articles = []
    for number, (island, keeper) in enumerate(zip(ISLANDS, KEEPERS, strict=True)):
        tower = (
            f"The tower on {island} was built in 18{number}4. Its first keeper was {keeper} Vane. "
            f"The lamp of the tower burns oil. Gulls nest below the gallery of {island} tower."
        )
        harbour = (
            f"The harbour of {island} has {number + 3} bridges. {keeper} Vane left it in a storm. "
            "No ferry has called since. The first rope was made of hemp."
        )
        asked = [
            (0, f"Who was the first keeper of {island} tower?", f"{keeper} Vane"),
            (0, f"When was the tower on {island} built?", f"18{number}4"),
            (1, f"How many bridges has the harbour of {island}?", f"{number + 3}"),
            (1, f"what colour is the ferry of {island}?", None),
        ]
        paragraphs: list[dict[str, Any]] = [{"context": c, "qas": []} for c in (tower, harbour)]
        for at, question, answer in asked:
            context = paragraphs[at]["context"]
            answers = (
                [] if answer is None else [{"text": answer, "answer_start": context.find(answer)}]
            )
            paragraphs[at]["qas"].append(
                {
                    "id": f"{island}, {question}",
                    "question": question,
                    "answers": answers,
                    "is_impossible": answer is None,
                }
            )
        articles.append({"title": island, "paragraphs": paragraphs})
    return {"version": "test", "data": articles}
