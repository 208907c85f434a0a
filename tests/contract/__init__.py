"""The contract of reading: every role against every format it can come in.

``roles`` says what is read and by which public reader, ``tables``, ``workbooks``, ``layers``,
``settings`` and ``days`` write the formats. A new role or format is one entry there.
"""
