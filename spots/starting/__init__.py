"""From a folder of raw files to a first run file: what lies there, what it is for, what is missing.

`surveying` recognises every file by its content; `start_plan` decides what goes where, and why;
`run_file_page` writes it, with a sentence for every setting; `list_forms` makes lists to fill in.
"""
