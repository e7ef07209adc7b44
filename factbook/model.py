"""Reading and checking `data/`: YAML files in, a checked `Factbook` out.

This module knows nothing of Markdown or of a site builder.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, TypeVar, get_args, get_type_hints

import yaml
from pydantic import TypeAdapter, ValidationError

from factbook.checks import across
from factbook.faults import FactbookError, nearest
from factbook.records import (
    Advertising,
    Aftercare,
    Bias,
    Case,
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


def parse_yaml(text: str, name: str, first_line: int = 1) -> Any:
    """Parse YAML that starts on `first_line` of a file called `name`; raise FactbookError for a fault in it."""
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a safe loader
    except yaml.MarkedYAMLError as error:
        mark = error.context_mark or error.problem_mark
        line = f"line {mark.line + first_line}: " if mark else ""
        raise FactbookError([f"{name}: {line}YAML: {error.problem}"]) from None
    except yaml.YAMLError as error:
        raise FactbookError([f"{name}: YAML: {str(error).splitlines()[0]}"]) from None


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
        raise FactbookError([f"{name}: expected keys with values, found {type(raw).__name__}"])
    adapter = _adapter(kind)
    try:
        return adapter.validate_python(raw)
    except ValidationError as error:
        raise FactbookError(_fault_lines(kind, error, name)) from None


_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(kind: type[T]) -> TypeAdapter[T]:
    return _adapters.setdefault(kind, TypeAdapter(kind))


def _fault_lines(kind: type, error: ValidationError, name: str) -> Iterator[str]:
    found_in = [item["loc"] for item in error.errors()]
    for item in error.errors():
        depth = len(item["loc"])
        if item["type"] == "too_short" and any(at[:depth] == item["loc"] != at for at in found_in):
            continue  # items with faults of their own were not counted
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
                yield f'{name}: {".".join(place)}: "{item["input"]}" is not allowed here{hint}'
            case "value_error":
                message = str(item["ctx"]["error"])
                # A rule over several keys names its key itself.
                yield f"{name}: {'.'.join(place)}: {message}" if place else f"{name}: {message}"
            case _:
                found = {"str": "text", "int": "a whole number", "dict": "keys with values", "NoneType": "nothing"}
                kind_found = found.get(type(item["input"]).__name__, type(item["input"]).__name__)
                yield f"{name}: {'.'.join(place)}: {item['msg']} (found {kind_found})"


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

    paths = sorted((data / folder).glob("*.yml"))
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
        faults.append(f"{name}: expected a list, found {type(raw).__name__}")
        return []

    def label(number: int, item: Any) -> str:
        return f"{name}: {item['id'] if isinstance(item, Mapping) and 'id' in item else f'item {number}'}"

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
    "standards": Standard,
    "ratings": Rating,
    "peers": Peer,
    "measured": Measured,
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


def _load(data: Path) -> Factbook:
    faults: list[str] = []
    parts: dict[str, Any] = {}
    for name, kind in FOLDERS.items():
        parts[name] = _load_folder(kind, data, name, faults)
    for name, kind in LISTS.items():
        parts[name] = _by_id(_load_list(kind, data, f"{name}.yml", faults), f"{name}.yml", faults)
    parts["questions"] = tuple(_load_list(Question, data, "questions.yml", faults))
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
        state = (stamp(data, ".yml"), date.today())
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
