"""`python -m afgqa.documents`: a file on standard input, its text as JSON (see `sandbox.py`)."""

from afgqa.documents.sandbox import serve

if __name__ == "__main__":
    serve()
