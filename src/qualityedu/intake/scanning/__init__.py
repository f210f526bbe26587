"""Tables of millions of rows: files looked at by their schema, then scanned by an engine, never row by row."""

from qualityedu.intake.scanning.engines import ENGINES, Engine, engine_for
from qualityedu.intake.scanning.faults import faults_inside
from qualityedu.intake.scanning.files import TableFile, look, table_files
from qualityedu.intake.scanning.scan import Scan, scan

__all__ = ["ENGINES", "Engine", "Scan", "TableFile", "engine_for", "faults_inside", "look", "scan", "table_files"]
