"""The process apart that reads a pack or a rubric file somebody sent, so that one made to do harm cannot hold up the
server."""

from typing import Any

from courses.kernel.confined import Answer, answer_once
from rubrics.pure.exchange_yaml import read_yaml
from rubrics.pure.pack_contents import PackProblems
from rubrics.pure.packs import read_zip


def answer(said: dict[str, Any], data: bytes) -> Answer:
    """Say what is wrong with a pack, or a rubric file: each file, line and reason; nothing where it is good."""
    try:
        if said.get("is_rubric"):
            read_yaml(said["name"], data.decode())
        else:
            read_zip(data, said["name"])
    except PackProblems as refused:
        return {"problems": [(one.file, one.line, one.reason) for one in refused.problems]}, b""
    except (MemoryError, RecursionError):
        return {"problems": [(said["name"], 1, "This takes too much memory to read.")]}, b""
    return {"problems": []}, b""


if __name__ == "__main__":
    answer_once(answer)
