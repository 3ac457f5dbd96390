"""`python -m afgqa.formats`: a file on standard input, its text as JSON (see `apart.py`)."""

from afgqa.formats.apart import serve

if __name__ == "__main__":
    serve()
