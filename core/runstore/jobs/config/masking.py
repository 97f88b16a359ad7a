"""Secrets masked in what is recorded of a run's definition, beside those in lists of arguments."""

from __future__ import annotations

import re

from runstore.writing.arguments import MASK, mask_arguments, mask_credentials

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

# Compiled by what first uses them, as in `runstore.writing.arguments`.
_QUOTED = r"""'[^']*'|"(?:[^"\\]|\\.)*\""""
_WORD = r"""(?s)(?:[^\s;|&()<>'"\\]|{}|\\.|['"\\])+""".format(_QUOTED)
_QUOTING = r"""(?s)'([^']*)'|"((?:[^"\\]|\\.)*)"|\\(.)"""
_VARIABLE_OPTION = r"-e|--env|--build-arg"
_VARIABLE_IN_WORD = r"(?s)((?:^|\s)(?:-e[\s=]*|--(?:env|build-arg)[\s=]+)[^\s=]+=).*"
_GOES_ON = r"\\[ \t]*\r?\n(?:[ \t]*(?:#[^\n]*)?\r?\n)*"
"""Where an instruction goes on: Docker skips blanks behind the backslash, and empty lines and comments below."""
_LOGICAL_LINE = r"(?m)^(?:{}|.)+".format(_GOES_ON)
_VARIABLES = r"(?is)([ \t]*(?:ONBUILD[ \t]+)?(?:ENV|ARG)[ \t]+)(\S.*)"
_VARIABLE = r"""(?s)(?<!\S)([^\s=]+=)(?:{}|["'].*|{}|\\.|[^\s"'\\])*""".format(_QUOTED, _GOES_ON)
_REFERENCE = r"""(?:[\w.\-/]+=)?"?\$(?:\w+|\{\w+\})?"?"""


def without_credentials(value: Any) -> Any:
    """``value``, of dicts and lists, with ``user:token@`` masked in the addresses in it."""
    if isinstance(value, dict):
        return {key: without_credentials(item) for key, item in value.items()}
    if isinstance(value, list):
        return [without_credentials(item) for item in value]
    return mask_credentials(value) if isinstance(value, str) else value


def without_docker_secrets(docker: Any) -> Any:
    """The ``docker`` part of an environment with the values of variables masked, and what else is secret by its name.

    They are in its arguments (``-e NAME=value``) and in its Dockerfile (``ENV NAME=value``).
    """
    if not isinstance(docker, dict):
        return docker
    arguments, text = docker.get("arguments"), docker.get("baseDockerfile")
    hidden = dict(docker)
    if isinstance(arguments, list):
        hidden["arguments"] = _mask_docker_arguments([str(argument) for argument in arguments])
    if isinstance(text, str):
        hidden["baseDockerfile"] = re.sub(_LOGICAL_LINE, _mask_instruction, text)
    return hidden


def _mask_docker_arguments(arguments: list[str]) -> list[str]:
    masked = []
    for before, argument in zip(["", *arguments], mask_arguments(arguments)):
        if re.fullmatch(_VARIABLE_OPTION, before):
            argument = re.sub("(?s)=.*", "=" + MASK, argument)
        masked.append(re.sub(_VARIABLE_IN_WORD, r"\1" + MASK, argument))
    return masked


def _mask_instruction(found: re.Match[str]) -> str:
    """``ENV NAME=value OTHER=value``, ``ENV NAME value``, ``ARG NAME=value`` without the values; others as commands."""
    variables = re.fullmatch(_VARIABLES, found.group())
    if not variables:
        return mask_command_line(found.group())
    word, rest = variables.groups()
    if word.split()[-1].upper() == "ENV" and "=" not in rest.split(maxsplit=1)[0]:
        rest = re.sub(r"(?s)^(\S+\s+).*", r"\1" + MASK, rest)
    return word + re.sub(_VARIABLE, r"\1" + MASK, rest)


def mask_command_line(text: str) -> str:
    """A command for a shell with what `mask_arguments` masks in its words; all else stays as it is written.

    So do the names of variables: ``--api-key $API_KEY``.
    """
    text = mask_credentials(text)
    words = re.findall(_WORD, text)
    plain = [re.sub(_QUOTING, r"\1\2\3", word) for word in words]
    masked = iter(
        [
            _masked_inside(word) if hidden == bare or re.fullmatch(_REFERENCE, word) else hidden
            for word, bare, hidden in zip(words, plain, mask_arguments(plain))
        ]
    )
    return re.sub(_WORD, lambda found: next(masked), text)


def _masked_inside(word: str) -> str:
    """A word, which may be a command line in quotes: ``sh -c '...'``."""
    if re.fullmatch("(?s)" + _QUOTED, word):
        return word[0] + mask_command_line(word[1:-1]) + word[-1]
    return word
