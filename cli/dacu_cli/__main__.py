"""`python -m dacu_cli` is `dacu`."""

from dacu_cli.app import main

main()
