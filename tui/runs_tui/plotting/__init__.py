"""Series drawn as characters and as pictures: pure functions from arrays to cells and files, without Textual.

`curve` turns a series into lines over an axis, `chart` draws them with title and axes on `cells`, `figure` makes lines
of text of that, and `pictures` draws the same as SVG or PNG.
"""
