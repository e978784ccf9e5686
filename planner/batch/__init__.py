"""Many observations at once: `plan_frame` for data frames, `repair-planner batch` for files.

Each distinct observation is planned once and joined back. Polars is imported only where a frame,
a CSV or a Parquet file is worked on.
"""

from planner.batch.frame import plan_frame
from planner.batch.naming import added_columns

__all__ = ["added_columns", "plan_frame"]
