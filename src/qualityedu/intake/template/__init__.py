"""The workbook that an office fills in: what it asks for is declared in `sheets`, and written by `book`."""

from qualityedu.intake.template.sheets import META_SHEET, TEMPLATE_VERSION, forms

__all__ = ["META_SHEET", "TEMPLATE_VERSION", "forms"]
