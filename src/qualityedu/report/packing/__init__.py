"""From files of any number of rows to a pack: a Parquet file for each region, checked, and what the regions share.

place      the folder in which a pack is made, and how it takes the place of an earlier one
sorting    the rows of all files, sorted on disk and cut by region
looking    one region: what it holds, what is to be mended in it, the mark of its rows
hands      the processes that look at regions
nation     the values of all units in a year, and what every region adds up to
making     all of it in order
"""

__all__: list[str] = []
