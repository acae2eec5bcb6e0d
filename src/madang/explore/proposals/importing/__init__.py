"""Reading files of voices row by row: encodings, columns, and what is wrong with a row.

(The lead has given the importers to another helper; the search helper leaves them alone.)
"""
