"""The figures on /about/scorecard/: `make scorecard` runs what is measured and writes data/measured.yml anew.

Each figure comes from a run on the finished site of this commit, never from a hand: reading level (tools.reading_level),
weight (tools.weight), search (tools.search_report), faults that axe finds, and, if `make bench` has run and Lighthouse
was there, its lowest marks. What is rated and not measured stands in data/ratings.yml.
"""

from __future__ import annotations
