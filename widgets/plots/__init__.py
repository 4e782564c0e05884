"""The plot canvas: axes, curves, gaps, cursors."""
