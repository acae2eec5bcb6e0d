"""Setting up a new government from a workbook of places, offices and people.

`columns` says what each sheet holds, `workbook` writes the template and reads a file with mistrust, `checking` judges
every row before anything is written; `operations.setup` carries out what was found good.
"""
