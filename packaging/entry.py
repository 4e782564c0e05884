"""Where the frozen program starts: the command line, or one of our modules as a process of its own.

Some parts run a module of ours in a second process with ``sys.executable -m app...``; frozen,
that executable is this program, so it understands the same two words, for our modules only.
"""

import multiprocessing
import sys


def start() -> None:
    """Run the module after ``-m``, else the command."""
    if len(sys.argv) > 2 and sys.argv[1] == "-m" and sys.argv[2].partition(".")[0] == "app":
        import runpy

        del sys.argv[1]
        runpy.run_module(sys.argv.pop(1), run_name="__main__", alter_sys=False)
        return
    from app.cli import main

    main(prog_name="wayside")


if __name__ == "__main__":
    # Ends here in a process that multiprocessing started for itself.
    multiprocessing.freeze_support()
    start()
