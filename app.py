"""Open the chat over `seeds/` in the browser: python app.py [--host H] [--port P] [PATH ...]"""

import argparse
import sys
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
        "--download", action="store_true", help="download a named model that is not on this machine"
    )
    parser.add_argument(
        "--feedback",
        type=Path,
        metavar="FILE",
        help="where readers' verdicts are kept (feedback.jsonl in the index)",
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="HOST",
        help="another name the page answers to, for a proxy in front of it (repeatable)",
    )
    access = parser.add_mutually_exclusive_group()
    access.add_argument(
        "--auth-file", type=Path, metavar="FILE", help="accounts that may sign in (afgqa password)"
    )
    access.add_argument(
        "--open", action="store_true", help="let in everybody who can reach the address"
    )
    parser.add_argument("--port", type=int, default=7860, help="port to listen on (7860)")
    options = parser.parse_args()
    if not 0 < options.port < 1 << 16:
        parser.error(f"there is no port {options.port}: choose one from 1 to 65535")
    feedback = options.feedback or Path(options.index) / "feedback.jsonl"

    # Imported here, so that --help answers at once.
    from afgqa import AfgqaError, Chatbot
    from afgqa.cli.open_bot import embedder_of
    from afgqa.cli.progress import bar
    from afgqa.search.embedders import load_embedder
    from afgqa.settings import Settings
    from afgqa.ui.page import launch

    try:
        name = options.embedder or embedder_of(Path(options.index))
        with bar() as progress:
            bot = Chatbot.from_documents(
                *options.paths,
                index=options.index,
                settings=Settings(embedder=name),
                embedder=load_embedder(name, download=options.download),
                progress=progress,
            )
        with bot:
            for notice in bot.notices:
                print(f"afgqa: {notice}", file=sys.stderr)
            launch(
                bot,
                host=options.host,
                port=options.port,
                names=options.name,
                auth_file=options.auth_file,
                open_to_all=options.open,
                feedback=feedback,
                question_sets=[
                    *sorted((here / "tests/questions").glob("*.jsonl")),
                    feedback,
                ],
                ready=lambda url: print(f"afgqa is at {url} (Ctrl-C ends it)", flush=True),
            )
    except AfgqaError as error:
        print(f"afgqa: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
