"""A conversation to keep: its turns as Markdown, as one page of HTML, or as JSON.

Pure functions of the turns and the time, which the caller gives. Nothing that a document or a
question says becomes markup.
"""

from afgqa.exporting.data import as_json
from afgqa.exporting.markdown import as_markdown
from afgqa.exporting.pages import as_html

__all__ = ["as_html", "as_json", "as_markdown"]
