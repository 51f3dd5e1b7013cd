"""What use is associated with: studies of groups over facts. Pure, and never about one person.

`effectiveness` is the index Y of MEASUREMENT.md section 10 with its corners.
"""
