"""One module for each file format: a text and its addresses in, the edits of the text out."""
