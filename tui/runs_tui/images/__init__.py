"""Image files as pixels: what format a file has, how large it is, and its pixels reduced to a size.

PNG, which is what `log_image` makes of a plot, is decoded here; other formats where Pillow is installed.
"""
