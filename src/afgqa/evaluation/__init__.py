"""Measures a chatbot on a question set: rows, figures, comparisons, reports."""

from afgqa.evaluation.comparison import Comparison, compare
from afgqa.evaluation.report import MEANINGS, Report, as_dict, join, make_report
from afgqa.evaluation.rows import Row
from afgqa.evaluation.run import Bot, by_article, evaluate
from afgqa.evaluation.text_report import as_text, comparison_text

__all__ = [
    "MEANINGS",
    "Bot",
    "Comparison",
    "Report",
    "Row",
    "as_dict",
    "as_text",
    "by_article",
    "compare",
    "comparison_text",
    "evaluate",
    "join",
    "make_report",
]
