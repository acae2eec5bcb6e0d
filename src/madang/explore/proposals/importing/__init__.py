"""Reading files of voices row by row: encodings, columns, and what is wrong with a row.

`table.open_table(path)` gives the rows as they stand in a CSV, JSON-lines or Excel file, one at a time and in
bounded memory; `voices.interpret(raw, …)` makes a voice of a row or says why it cannot. Nothing here asks the
database or the clock.
"""
