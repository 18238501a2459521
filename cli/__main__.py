"""`python -m cli`: the same as `lienthong`."""

from cli.main import main

main()
