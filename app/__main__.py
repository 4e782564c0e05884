"""Wayside, run as a module."""

from app.cli import main

if __name__ == "__main__":
    main()
