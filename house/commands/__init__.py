"""The command line, a file for each group of commands. `main.py` reads the settings and picks the command."""
