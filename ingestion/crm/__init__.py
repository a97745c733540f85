"""CRM systems read through their own APIs."""
