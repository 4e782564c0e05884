"""Second processes of the program, for what this one has no Qt for: pictures, printed reports."""

from __future__ import annotations

import asyncio
import sys


async def run_second(*arguments: str, seconds: float) -> bool:
    """Run the program with these arguments to its end; False where it fails or takes too long.

    What it says on its standard error is passed on where it fails.
    """
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "app",
        *arguments,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(seconds):
            _, errors = await process.communicate()
    except TimeoutError:
        process.kill()
        await process.wait()
        return False
    if process.returncode:
        sys.stderr.write(errors.decode("utf-8", "replace"))
    return process.returncode == 0
