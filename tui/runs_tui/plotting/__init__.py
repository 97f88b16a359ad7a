"""Series drawn as characters: pure functions from arrays to cells, without Textual.

`curve` turns a series into lines over an axis, `chart` draws them with title and axes on `cells`, `figure` draws
them once by plotext.
"""
