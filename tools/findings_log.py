"""Findings that changed: `python -m tools.findings_log` (`make changes`) writes them into the change log.

`data/findings.lock.yml` holds every finding as the change log last told of it. What differs from it in numbers,
verdict, certainty or sources becomes an entry in `data/changes.yml`, which /about/changes/ shows, with the words before
and now and the reason. `--check` writes nothing and says which entries are missing; a test runs it.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter

from factbook import changes, model, names
from factbook.faults import FactbookError, nearest
from factbook.records import Change, Factbook, Finding, Stated

ROOT = Path(__file__).resolve().parent.parent
LOCK = "data/findings.lock.yml"
LOG = "data/changes.yml"
HEAD = {
    LOCK: "# Every finding as data/changes.yml last told of it. Written by `make changes`; never by hand.\n",
    LOG: "# Findings that changed, for /about/changes/. `make changes` writes an entry; its `why` may be put better by"
    " hand.\n",
}

_STATED: TypeAdapter[Stated] = TypeAdapter(Stated)
_CHANGE: TypeAdapter[Change] = TypeAdapter(Change)


@dataclass(frozen=True)
class Step:
    """A finding that is not what the change log last told: what it said there, and what it says now."""

    id: str
    before: Stated | None
    after: Stated | None

    @property
    def keys(self) -> list[str]:
        """The keys that changed; none where only its words did, or where it is new or gone."""
        return changes.changed(self.before, self.after) if self.before and self.after else []

    @property
    def told(self) -> bool:
        """Whether readers are told of it."""
        return self.before is None or self.after is None or bool(self.keys)

    @property
    def why(self) -> str:
        """The reason that the finding itself gives: what is new in its `why`; empty where that is as before."""
        if self.before is None or self.after is None:
            return ""
        old = self.before.why
        return " ".join(text for reason, text in self.after.why.items() if old.get(reason) != text)

    @property
    def words(self) -> str:
        """The change in a few words for an error line."""
        if self.before is None:
            return "is new"
        if self.after is None:
            return "is gone"
        return f"changed ({', '.join(self.keys)})"


def read_lock(root: Path) -> dict[str, Stated]:
    """Read the findings as the change log last told of them.

    Raises:
        FactbookError: The file is missing or damaged.
    """
    raw = model.read_yaml(root / LOCK, LOCK)
    if not isinstance(raw, dict):
        raise FactbookError([f"{LOCK}: expected keys with values"])
    return {str(key): model.build(Stated, value, f"{LOCK}: {key}") for key, value in raw.items()}


def steps(book: Factbook, lock: dict[str, Stated]) -> list[Step]:
    """Every finding that differs from the lock, in its words alone included."""
    now = {key: changes.stated(finding) for key, finding in book.findings.items()}
    ids = sorted(now.keys() | lock.keys())
    return [Step(key, lock.get(key), now.get(key)) for key in ids if lock.get(key) != now.get(key)]


def missing(root: Path) -> list[str]:
    """One line for each finding that the change log does not tell of as it is now.

    Raises:
        FactbookError: Data or lock do not load.
    """
    book = model.load(root / "data")
    lock = read_lock(root)
    faults = []
    for step in steps(book, lock):
        place = f"data/findings/{step.id}.yml" if step.after else f"{LOCK}: {step.id}"
        if step.told:
            faults.append(f'{place}: {step.words}, and the change log is silent; run make changes WHY="the reason"')
        else:
            faults.append(f"{place}: its words changed since {LOCK} was written; run make changes")
    # An entry that was taken out again, or changed by hand, no longer leads to what the finding says.
    last = {change.finding: change for change in sorted(book.changes.values(), key=lambda change: change.date)}
    for key, change in last.items():
        now = lock.get(key)
        same = now == change.after or (now and change.after and not changes.changed(change.after, now))
        if not same:
            faults.append(f"{LOG}: {change.id}: after: is not what {LOCK} holds; take both from the last commit")
    return faults


def write(root: Path, day: date, only: str = "", why: str = "") -> list[str]:
    """Write the entries of all findings that changed, or of one, and the lock.

    Args:
        root: The project.
        day: The date of the entries.
        only: Id of the one finding to tell of; the others stay as they are.
        why: The reason, for those that give none themselves or that have a better one.

    Returns:
        One line for each entry written, merged or taken back.

    Raises:
        FactbookError: A finding changed without a reason; then nothing is written.
    """
    book = model.load(root / "data")
    lock = read_lock(root)
    if only and only not in book.findings and only not in lock:
        raise FactbookError([f'no finding "{only}"{nearest(only, book.findings)}'])
    chosen = [step for step in steps(book, lock) if not only or step.id == only]
    log = dict(book.changes)
    entries = [(step, _entry(step, day, why, log, book)) for step in chosen if step.told]
    reasonless = [step for step, entry in entries if entry and not entry["why"]]
    if reasonless:
        raise FactbookError(
            f'{step.id}: {step.words}: no reason given; run make changes FINDING={step.id} WHY="the reason"'
            for step in reasonless
        )
    lines = []
    for step, entry in entries:
        key = f"{day}-{step.id}"
        if entry is None:
            del log[key]
            lines.append(f"{key}: taken back, the finding is what it was")
        else:
            log[key] = model.build(Change, entry, f"{LOG}: {key}")
            lines.append(f"{key}: {step.words}")
    for step in chosen:
        if step.after is None:
            del lock[step.id]
        else:
            lock[step.id] = step.after
    _save(root, LOCK, {key: _raw(_STATED, lock[key]) for key in sorted(lock)})
    _save(root, LOG, [_raw(_CHANGE, log[key]) for key in sorted(log)])
    return lines


def _entry(step: Step, day: date, why: str, log: dict[str, Change], book: Factbook) -> dict[str, Any] | None:
    """The entry of one change; with one of the same day it is told as one. None where both together change nothing."""
    known = log.get(f"{day}-{step.id}")
    before = known.before if known else step.before
    after = step.after
    if known and (before == after or (before and after and not changes.changed(before, after))):
        return None
    finding = book.findings.get(step.id)
    entry = {
        "id": f"{day}-{step.id}",
        "date": day,
        "finding": step.id,
        "title": _title(finding, book) if finding else (known.title if known else _last_title(step.id, book)),
        "why": why or step.why or (known.why if known else ""),
    }
    sides = {"before": before, "after": after}
    return entry | {key: _raw(_STATED, said) for key, said in sides.items() if said is not None}


def _title(finding: Finding, book: Factbook) -> str:
    what = finding.label or names.agents(book)[finding.agent]
    who = names.CONDITIONS[finding.condition]
    return f"{what}: {finding.outcome[0].lower()}{finding.outcome[1:]} ({who[0].lower()}{who[1:]})"


def _last_title(key: str, book: Factbook) -> str:
    """What a finding that is gone was called; its id in words where no entry says."""
    titles = [change.title for change in book.changes.values() if change.finding == key]
    return titles[-1] if titles else key.replace("-", " ").capitalize()


def _raw(adapter: TypeAdapter[Any], value: Any) -> Any:
    return adapter.dump_python(value, exclude_defaults=True)


class _Dumper(yaml.SafeDumper):
    """Lists that are indented, and no anchors for what stands twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML calls it so
        return True


_Dumper.add_representer(tuple, lambda dumper, value: dumper.represent_list(value))


def _save(root: Path, file: str, value: Any) -> None:
    text = yaml.dump(value, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
    (root / file).write_text(HEAD[file] + text, encoding="utf-8")


def main(arguments: list[str] | None = None) -> int:
    """Run the command line; return the exit code (0 good, 1 an entry or a reason is missing)."""
    parser = argparse.ArgumentParser(prog="findings_log", description=__doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; name the entries that are missing")
    parser.add_argument("--finding", default="", help="tell of this finding alone")
    parser.add_argument("--why", default="", help="the reason, where the finding itself gives none")
    parser.add_argument("--root", type=Path, default=ROOT, help="the project folder")
    options = parser.parse_args(arguments)
    try:
        if options.check:
            faults = missing(options.root)
            for line in faults:
                print(line, file=sys.stderr)
            return int(bool(faults))
        lines = write(options.root, date.today(), options.finding.strip(), " ".join(options.why.split()))
    except FactbookError as error:
        for line in error.faults:
            print(line, file=sys.stderr)
        return 1
    print("\n".join(lines) or "No finding has changed.")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
