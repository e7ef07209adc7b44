"""Reading and checking `data/`: YAML files in, a checked `Factbook` out.

This module knows nothing of Markdown or of a site builder.
"""

from __future__ import annotations

import os
import re
import threading
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from factbook.checks import across
from factbook.faults import FactbookError, nearest, shown
from factbook.records import (
    Advertising,
    Aftercare,
    Bias,
    Case,
    Change,
    Claim,
    ClaimCard,
    Contradiction,
    Edition,
    EmergencyNumber,
    Factbook,
    Figure,
    Finding,
    Frame,
    Harm,
    Ingredient,
    Measured,
    Module,
    Moment,
    Option,
    Overclaim,
    Peer,
    Preset,
    Prompt,
    Question,
    Quiz,
    Rating,
    Rule,
    Schedule,
    SearchWord,
    Sign,
    Situation,
    Stage,
    Standard,
    Study,
    Sure,
    Value,
    Wait,
    Word,
)

T = TypeVar("T")


class _Loader(yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader):  # type: ignore[misc]
    """A YAML loader that refuses a key written twice (YAML itself keeps the last in silence)."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[Hashable] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is one word", key_node.start_mark)
            key = self.construct_object(key_node, deep=True)
            if key in seen:
                raise yaml.constructor.ConstructorError(
                    None, None, f'key "{key}" stands here a second time', key_node.start_mark
                )
            seen.add(key)
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        try:
            return super().construct_object(node, deep)
        except ValueError as error:  # the date 2026-02-30, a number of 5,000 digits
            raise yaml.constructor.ConstructorError(None, None, str(error), node.start_mark) from None
        except (AttributeError, LookupError, TypeError):  # !!bool maybe, !!timestamp soon
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None, None, f'"{shown(node.value)}" is no {kind}', node.start_mark
            ) from None

    def plain_number(self, node: yaml.ScalarNode) -> int | float:
        """A number as people write it. YAML 1.1 takes 010 for eight and 1:30 for ninety, in silence."""
        kind = node.tag.rpartition(":")[2]
        number: int | float = getattr(super(), f"construct_yaml_{kind}")(node)
        if re.match(r"[-+]?0[0-9_]", node.value) or ":" in node.value:
            raise ValueError(f'YAML reads "{node.value}" as {number:g}: write the number plainly, or text in quotes')
        return number


for _kind in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _Loader.plain_number)


DEEPEST = 200
"""Lists and mappings inside each other. libyaml composes them by recursion and takes Python with it when it falls."""


def _deep(text: str) -> bool:
    depth = deepest = 0
    for sign in re.findall(r"[\[\]{}]", text):
        depth = depth + 1 if sign in "[{" else max(depth - 1, 0)
        deepest = max(deepest, depth)
    deep_lines = rf"^ {{{2 * DEEPEST}}}|(?:[-?:] +){{{DEEPEST}}}"
    return deepest > DEEPEST or re.search(deep_lines, text, re.MULTILINE) is not None


def parse_yaml(text: str, name: str, first_line: int = 1) -> Any:
    """Parse YAML that starts on `first_line` of a file called `name`; raise FactbookError for a fault in it."""
    if _deep(text):
        raise FactbookError([f"{name}: YAML: too many things inside each other"])
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = f"line {mark.line + first_line}: " if mark else ""
        raise FactbookError([f"{name}: {line}YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise FactbookError([f"{name}: YAML: {str(error).splitlines()[0]}"]) from None
    except RecursionError:
        raise FactbookError([f"{name}: YAML: too many things inside each other"]) from None


def read_yaml(path: Path, name: str) -> Any:
    """Read one YAML file.

    Args:
        path: The file.
        name: What to call it in an error.

    Returns:
        What the file holds: a mapping or a list.

    Raises:
        FactbookError: The file is missing, empty, not UTF-8 or not YAML.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise FactbookError([f"{name}: the file is missing"]) from None
    except UnicodeDecodeError as error:
        raise FactbookError([f"{name}: not UTF-8 (byte {error.start + 1})"]) from None
    except OSError as error:
        raise FactbookError([f"{name}: cannot be read ({error.strerror})"]) from None
    loaded = parse_yaml(text, name)
    if loaded is None:
        raise FactbookError([f"{name}: the file is empty"])
    return loaded


def build(kind: type[T], raw: Any, name: str) -> T:
    """Turn a mapping into a record.

    Args:
        kind: One of the record classes of this module.
        raw: The mapping as read from YAML.
        name: File (and place in it) for error lines.

    Raises:
        FactbookError: With one line for each fault in the mapping.
    """
    if not isinstance(raw, Mapping):
        raise FactbookError([f"{name}: expected keys with values, found {_words_for(raw)}"])
    try:
        # Keys that are numbers, dates or truth values to YAML are unknown keys like others.
        made = _adapter(kind).validate_python({str(key): value for key, value in raw.items()})
    except ValidationError as error:
        wrong = list(_counted(error.errors()))
        told = {".".join(map(str, item["loc"])) for item in wrong}
        # A rule over several keys also takes an empty one for missing; the empty key is the fault.
        slips = [(place, message) for place, message in _slips(raw) if message == EMPTY and place not in told]
        left = [item for item in wrong if not (_is_rule(item) and any(_within(place, item) for place, _ in slips))]
        raise FactbookError(
            [*(f"{name}: {place}: {message}" for place, message in slips), *_fault_lines(kind, left, name)]
        ) from None
    if slips := list(_slips(raw)):
        raise FactbookError(f"{name}: {place}: {message}" for place, message in slips)
    return made


EMPTY = "is empty: give a value, or leave the key out"


def _is_rule(item: Any) -> bool:
    return bool(item["type"] == "value_error")


def _within(place: str, item: Any) -> bool:
    return f".{place}.".startswith(".".join(("", *map(str, item["loc"]), "")))


def _slips(raw: Any, place: str = "") -> Iterator[tuple[str, str]]:
    """What fits the shape of a record and is a slip all the same: a key with nothing behind it, an item twice."""
    if raw is None:
        yield place, EMPTY
    elif isinstance(raw, Mapping):
        for key, value in raw.items():
            yield from _slips(value, f"{place}.{key}" if place else str(key))
    elif isinstance(raw, list):
        plain = [item for item in raw if isinstance(item, (str, int, float, date))]
        for item in dict.fromkeys(item for item in plain if plain.count(item) > 1):
            yield place, f'"{shown(item)}" stands there twice'
        for number, item in enumerate(raw):
            yield from _slips(item, f"{place}.{number}")


_WORDS = {"str": "text", "int": "a number", "float": "a number", "bool": "true or false", "date": "a date"}
_WORDS |= {"list": "a list", "dict": "keys with values", "NoneType": "nothing"}


def _words_for(value: Any) -> str:
    """What YAML made of a value, for people who never saw Python."""
    kind = type(value).__name__
    return _WORDS.get(kind, kind)


_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return _adapters.setdefault(kind, TypeAdapter(kind))


def _counted(errors: Sequence[Any]) -> Iterator[Any]:
    """Leave out that a list is too short where items with faults of their own were not counted."""
    found_in = [item["loc"] for item in errors]
    for item in errors:
        depth = len(item["loc"])
        if item["type"] != "too_short" or not any(at[:depth] == item["loc"] != at for at in found_in):
            yield item


def _fault_lines(kind: type, errors: Sequence[Any], name: str) -> Iterator[str]:
    for item in errors:
        place = [str(part) for part in item["loc"] if part != "[key]"]
        match item["type"]:
            case "unexpected_keyword_argument":
                valid = _keys_at(kind, place[:-1])
                yield f"{name}: {'.'.join(place)}: unknown key{nearest(place[-1], valid)}"
            case "missing":
                yield f"{name}: {'.'.join(place)}: missing key"
            case "literal_error":
                valid = re.findall(r"'([^']*)'", item["ctx"]["expected"])
                hint = nearest(item["input"], valid) or f" (one of: {', '.join(valid)})"
                yield f'{name}: {".".join(place)}: "{shown(item["input"])}" is not allowed here{hint}'
            case "value_error":
                message = str(item["ctx"]["error"])
                # A rule over several keys names its key itself.
                yield f"{name}: {'.'.join(place)}: {message}" if place else f"{name}: {message}"
            case _:
                yield f"{name}: {'.'.join(place)}: {item['msg']} (found {_words_for(item['input'])})"


def _keys_at(kind: type, place: list[str]) -> list[str]:
    """The keys allowed at a place inside a record (top level, or inside a Fact and the like)."""
    if not place:
        return [item.name for item in fields(kind)]
    return [item.name for inner in _inside(kind) for item in fields(inner)]


def _inside(hint: Any) -> Iterator[type]:
    """Every record that a record, or a type hint, is made of."""
    for part in get_type_hints(hint).values() if is_dataclass(hint) else get_args(hint):
        if isinstance(part, type) and is_dataclass(part):
            yield part
        yield from _inside(part)


def _collect(loaders: Iterable[Callable[[], T]], faults: list[str]) -> list[T]:
    """Run every loader, keep what works and add the faults of what does not."""
    done = []
    for loader in loaders:
        try:
            done.append(loader())
        except FactbookError as error:
            faults += error.faults
    return done


def _load_folder(kind: type[T], data: Path, folder: str, faults: list[str]) -> dict[str, T]:
    def load_one(path: Path) -> T:
        name = f"data/{folder}/{path.name}"
        item = build(kind, read_yaml(path, name), name)
        if item.id != path.stem:  # type: ignore[attr-defined]
            raise FactbookError([f'{name}: id: "{item.id}" is not the file name "{path.stem}"'])  # type: ignore[attr-defined]
        return item

    # A hidden file is an editor's own.
    paths = sorted(path for path in (data / folder).glob("*.yml") if not path.name.startswith("."))
    if not paths:
        faults.append(f"data/{folder}: no files")
    items = _collect([lambda path=path: load_one(path) for path in paths], faults)  # type: ignore[misc]
    return {item.id: item for item in items}  # type: ignore[attr-defined]


def _load_list(kind: type[T], data: Path, file: str, faults: list[str]) -> list[T]:
    name = f"data/{file}"
    try:
        raw = read_yaml(data / file, name)
    except FactbookError as error:
        faults += error.faults
        return []
    if not isinstance(raw, list):
        faults.append(f"{name}: expected a list, found {_words_for(raw)}")
        return []

    def label(number: int, item: Any) -> str:
        known = item.get("id") if isinstance(item, Mapping) else None
        return f"{name}: {shown(known) if known and isinstance(known, str) else f'item {number}'}"

    return _collect(
        [lambda item=item, n=n: build(kind, item, label(n, item)) for n, item in enumerate(raw, 1)],  # type: ignore[misc]
        faults,
    )


def _by_id(items: Iterable[T], file: str, faults: list[str]) -> dict[str, T]:
    found: dict[str, T] = {}
    for item in items:
        key: str = item.id  # type: ignore[attr-defined]
        if key in found:
            faults.append(f'data/{file}: {key}: id: "{key}" stands here a second time')
        found[key] = item
    return found


LISTS: dict[str, type] = {
    "harms": Harm,
    "signs": Sign,
    "aftercare": Aftercare,
    "rules": Rule,
    "advertising": Advertising,
    "overclaims": Overclaim,
    "glossary": Word,
    "bias": Bias,
    "claims": Claim,
    "claim_cards": ClaimCard,
    "contradictions": Contradiction,
    "options": Option,
    "schedules": Schedule,
    "figures": Figure,
    "prompts": Prompt,
    "emergency_numbers": EmergencyNumber,
    "stages": Stage,
    "waits": Wait,
    "presets": Preset,
    "situations": Situation,
    "values": Value,
    "quiz": Quiz,
    "sure": Sure,
    "moments": Moment,
    "frames": Frame,
    "changes": Change,
    "standards": Standard,
    "ratings": Rating,
    "peers": Peer,
    "measured": Measured,
    "search": SearchWord,
}
"""Files that hold a list of records with an id each."""

FOLDERS: dict[str, type] = {
    "studies": Study,
    "ingredients": Ingredient,
    "findings": Finding,
    "modules": Module,
    "cases": Case,
}
"""Folders that hold one record a file."""


ALONE = ("edition.yml", "questions.yml")
"""Files of a shape of their own."""

ELSEWHERE = ("SCHEMA.md", "findings.lock.yml", "moved.yml")
"""What stands in the folder and is no fact of a page: how to read it, and what tools and `finish` read."""


def _unread(data: Path) -> Iterator[str]:
    """Name each file that nothing reads: a fact in it would be missing from every page, in silence."""
    known = {*(f"{name}.yml" for name in LISTS), *ALONE, *ELSEWHERE}
    for path in map(Path, files(data, "")):
        name = path.relative_to(data)
        in_folder = len(name.parts) == 2 and name.parts[0] in FOLDERS
        read = name.as_posix() in known or (in_folder and name.suffix == ".yml")
        if not read and not name.name.endswith("~"):  # an editor's copy of what was there before
            hint = nearest(name, [f"{name.with_suffix('.yml')}"] if in_folder else known)
            yield f"data/{name.as_posix()}: nothing reads this file{hint}"


def _load(data: Path) -> Factbook:
    faults: list[str] = list(_unread(data))
    parts: dict[str, Any] = {}
    for name, kind in FOLDERS.items():
        parts[name] = _load_folder(kind, data, name, faults)
    for name, kind in LISTS.items():
        parts[name] = _by_id(_load_list(kind, data, f"{name}.yml", faults), f"{name}.yml", faults)
    parts["questions"] = tuple(_load_list(Question, data, "questions.yml", faults))
    times = Counter(question.q for question in parts["questions"])
    faults += [f'data/questions.yml: q: "{q}" stands here a second time' for q in times if times[q] > 1]
    edition = "data/edition.yml"
    editions = _collect([lambda: build(Edition, read_yaml(data / "edition.yml", edition), edition)], faults)
    # A file that does not load would make every mention of it a fault of its own; mend that first.
    if not faults:
        book = Factbook(**parts, edition=editions[0])
        faults += across(book)
    if faults:
        raise FactbookError(faults)
    return book


def files(folder: Path, ending: str) -> list[str]:
    """Paths of the files below a folder, sorted; an editor's own (`.#study.yml`, a link to nowhere) are left out."""
    return sorted(
        os.path.join(place, name)
        for place, _, names in os.walk(folder)
        for name in names
        if name.endswith(ending) and not name.startswith(".")
    )


def stamp(folder: Path, ending: str) -> tuple[tuple[str, int, int], ...]:
    """Names, modification times (nanoseconds) and sizes of files: changes when any of them does."""
    found = []
    for path in files(folder, ending):
        try:
            status = os.stat(path)
        except OSError:  # gone since it was listed
            continue
        found.append((path, status.st_mtime_ns, status.st_size))
    return tuple(found)


_cache: dict[Path, tuple[Hashable, Factbook | FactbookError]] = {}
_lock = threading.Lock()


def load(data: Path) -> Factbook:
    """Read and check everything in `data`, once for each state of the files.

    Args:
        data: The data folder.

    Returns:
        All facts. The same object as long as no file changes: Zensical makes a new Markdown
        object for every page, and reading 400 files for each would take most of the build.

    Raises:
        FactbookError: With one line for each fault in any file.
    """
    data = data.resolve()
    with _lock:
        # "Today" is part of the state: a date in the future is a fault only until it comes.
        state = (stamp(data, ""), date.today())
        known = _cache.get(data)
        if known is None or known[0] != state:
            try:
                known = (state, _load(data))
            except FactbookError as error:
                known = (state, error)
            _cache[data] = known
    if isinstance(known[1], FactbookError):
        raise FactbookError(known[1].faults)
    return known[1]
