"""The leader's brief: one view-model, from which a sheet of A4 (PDF) and a workbook (XLSX) are made."""
