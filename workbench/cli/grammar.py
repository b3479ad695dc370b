"""What every part of the command line's grammar is made of."""

import argparse
from typing import NoReturn, TypeAlias

RERANKER_HELP = "qwen3, embedding, lexical, remote, a model's folder, or owner/model"


class Parser(argparse.ArgumentParser):
    """A parser whose usage errors are one line, with exit status 2."""

    def error(self, message: str) -> NoReturn:
        """Print what is wrong and end."""
        self.exit(2, f"{self.prog}: {message}; see {self.prog} --help\n")


Verbs: TypeAlias = "argparse._SubParsersAction[Parser]"
