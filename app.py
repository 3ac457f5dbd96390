"""Open the chat over `seeds/` in the browser: python app.py [--host H] [--port P] [PATH ...]"""

import argparse
import sys
from pathlib import Path


def main() -> int:
    """Create or update the index, then serve the page until interrupted."""
    here = Path(__file__).parent
    if not {"-h", "--help"}.intersection(sys.argv):
        print("afgqa: starting", file=sys.stderr, flush=True)
    # Imported here: it takes a second.
    from afgqa.cli.output import note
    from afgqa.cli.serve import add_options, run_serve
    from afgqa.errors import AfgqaError

    parser = argparse.ArgumentParser(description="Open the afgqa chat in the browser.")
    parser.add_argument("--index", default=here / "index", metavar="DIR", help="folder (index)")
    add_options(parser)
    options = parser.parse_args()
    # Without paths: `seeds/`, whatever the index was made from before.
    options.paths = options.paths or [here / "seeds"]
    sets = sorted((here / "tests/questions").glob("*.jsonl"))
    try:
        return run_serve(options, question_sets=sets)
    except AfgqaError as error:
        note(f"afgqa: {error}")
        return 2


if __name__ == "__main__":
    raise SystemExit(main())
