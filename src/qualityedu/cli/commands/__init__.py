"""One file for each command: its name is the command, `command` what is done."""

__all__: list[str] = []
