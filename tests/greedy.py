"""What a process apart may not do: the tests of its limits run this module where a reader would be."""

import resource
import subprocess
import sys
import tempfile

from courses.kernel.confined import Answer, answer_once


def read(said, data: bytes) -> Answer:
    match said["verb"]:
        case "burn":
            while True:
                pass
        case "grow":
            return {"held": len(bytearray(400 * 1024 * 1024))}, b""
        case "limits":
            return {name: list(resource.getrlimit(getattr(resource, name))) for name in said["limits"]}, b""
        case "write":
            with tempfile.NamedTemporaryFile() as file:
                file.write(b"x" * 100_000)
                file.flush()
        case "die":
            sys.exit(3)
        case "start":
            subprocess.run(["/bin/true"], check=True)
        case "babble":
            print("this is not JSON", flush=True)
    return {"said": said["verb"]}, data


if __name__ == "__main__":
    answer_once(read)
