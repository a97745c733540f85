"""Statements (支払通知書) as their partners read them: frames in, a workbook or a page out."""
