"""`python -m afgqa` is the command `afgqa`."""

from afgqa.cli import main

if __name__ == "__main__":
    raise SystemExit(main())
