"""`python -m afgqa.formats SUFFIX NAME BYTES`: a file on standard input, its text as JSON."""

import sys

from afgqa.formats.apart import serve

if __name__ == "__main__":
    serve(sys.argv[1], sys.argv[2], int(sys.argv[3]))
