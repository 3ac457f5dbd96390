"""Open the chat over `seeds/` in the browser: python app.py [--host H] [--port P] [PATH ...]"""

import argparse
from pathlib import Path


def main() -> int:
    """Create or update the index, then serve the page until interrupted."""
    here = Path(__file__).parent
    parser = argparse.ArgumentParser(description="Open the afgqa chat in the browser.")
    parser.add_argument(
        "paths",
        nargs="*",
        default=[here / "seeds"],
        metavar="PATH",
        help="files or folders (seeds)",
    )
    parser.add_argument("--index", default=here / "index", metavar="DIR", help="folder (index)")
    parser.add_argument(
        "--embedder", metavar="NAME", help="model name or folder (what the index was made with)"
    )
    parser.add_argument(
        "--feedback",
        type=Path,
        metavar="FILE",
        help="where readers' verdicts are kept (feedback.jsonl in the index)",
    )
    parser.add_argument(
        "--follow-links", action="store_true", help="follow links that lead out of a folder"
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="another name the page answers to, for a proxy in front of it (repeatable)",
    )
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    options = parser.parse_args()
    if not 0 < options.port < 1 << 16:
        parser.error(f"there is no port {options.port}: choose one from 1 to 65535")
    feedback = options.feedback or Path(options.index) / "feedback.jsonl"

    # Imported here, so that --help answers at once.
    from afgqa import AfgqaError, Chatbot
    from afgqa.cli.output import note
    from afgqa.cli.progress import bar
    from afgqa.errors import IndexMissingError
    from afgqa.search.sqlite_schema import read_manifest
    from afgqa.settings import DEFAULT_EMBEDDER, Settings
    from afgqa.ui.page import launch

    def embedder() -> str:
        try:
            return options.embedder or read_manifest(Path(options.index)).embedder
        except IndexMissingError:
            return DEFAULT_EMBEDDER

    try:
        with bar() as progress:
            bot = Chatbot.from_documents(
                *options.paths,
                index=options.index,
                settings=Settings(embedder=embedder()),
                follow_links=options.follow_links,
                progress=progress,
            )
        with bot:
            for notice in bot.notices:
                note(f"afgqa: {notice}")
            launch(
                bot,
                host=options.host,
                port=options.port,
                names=options.name,
                feedback=feedback,
                question_sets=[
                    *sorted((here / "tests/questions").glob("*.jsonl")),
                    feedback,
                ],
                ready=lambda url: print(f"afgqa is at {url} (Ctrl-C ends it)", flush=True),
            )
    except AfgqaError as error:
        note(f"afgqa: {error}")
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
