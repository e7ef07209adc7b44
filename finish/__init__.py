"""From a builder's plain site to what is published: `python -m finish SITE`.

MkDocs and Zensical write the site as their theme has it. The steps here work on the written pages, so that both
builders share them: search index, a small script in place of the theme's, lists of sources beside their pages, styles
without unused rules, data for machines, the policy against foreign scripts, the worker for reading offline. The plain
site works without them; it is heavier.

Each step is a module with `run(site)`. A step gives the same bytes each time: it asks no clock and no chance.
"""

from __future__ import annotations

from finish.site import FinishError, Site, finish

__all__ = ["FinishError", "Site", "finish"]
