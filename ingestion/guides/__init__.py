"""What people read about the data: the data dictionary, template workbooks, example rows."""
