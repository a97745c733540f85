"""What a partner gets back: the rejected rows as a workbook, a receipt, and nothing that runs."""
