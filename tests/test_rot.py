"""Data that cannot rot in silence: every kind of file, broken in every way we thought of, and changed in good ones.

A broken file gives one line with file and key and the exit code 1; a good change loads and its block renders. What is
broken where comes from the type hints of the records, so that a new kind or key is covered when it is written. The
values are drawn by `hypothesis`, in the same order each run.
"""

from __future__ import annotations

import copy
import os
import re
import shutil
import types
import typing
from collections.abc import Callable, Iterator
from contextlib import redirect_stderr, redirect_stdout
from dataclasses import MISSING, fields, is_dataclass, replace
from datetime import date, timedelta
from io import StringIO
from pathlib import Path
from typing import Any, Literal, NamedTuple

import pytest
import yaml
from annotated_types import Ge, Gt, Le, Lt, MinLen
from hypothesis import HealthCheck, configuration, given, settings
from hypothesis import strategies as st
from markdown import Markdown
from pydantic.fields import FieldInfo

from factbook import clinic, extension, model, pages, records
from factbook.__main__ import main
from factbook.faults import FactbookError
from tests.conftest import MINI
from tests.test_extension import EXTENSIONS

# Hypothesis keeps tables of characters in a folder; it shall not be one of the project's.
configuration.set_hypothesis_home_dir(Path(os.environ.get("TMPDIR", "/tmp")) / "hypothesis")
SETTINGS = {
    "derandomize": True,
    "database": None,
    "deadline": None,
    "suppress_health_check": list(HealthCheck),
}

KINDS: dict[str, type] = {**model.FOLDERS, **model.LISTS}
CLINIC = {
    "id": "north",
    "name": "North Clinic",
    "country": "gb",
    "phones": [{"label": "Desk", "number": "+44 20 7946 0123"}],
    "out_of_hours": {"label": "Nights", "number": "+44 20 7946 0999"},
    "hours": ["Monday: 9 to 17"],
    "address": ["1 High Street"],
    "site": "https://example.org/",
    "booking": "https://example.org/book",
    "published_at": "https://example.org/guide/",
    "languages": ["English"],
    "who_injects": [{"role": "Doctor", "register": "GMC 1234567", "name": "A"}],
    "products": [{"name": "Mix", "agents": ["minoxidil"]}],
    "rules": [{"topic": "wash", "hours": 24}],
    "reviewed": {
        "name": "A",
        "role": "Doctor",
        "registration": "GMC 1",
        "date": date(2026, 11, 20),
        "pages": ["index.md"],
    },
}
META = {
    "title": "Home",
    "description": "A page that stands here for the tests alone.",
    "checked": date(2026, 11, 20),
    "due": date(2027, 11, 20),
    "audience": "patient",
    "next": {"text": "Read the answer", "to": "evidence/"},
    "reviewed": {"name": "A", "role": "Doctor", "registration": "GMC 1", "date": date(2026, 11, 20)},
    "hide": ["toc"],
    "scripts": ["filter"],
}


class Record(NamedTuple):
    """One record of the small project as YAML holds it: its file, its number in a list, and what it has to become."""

    part: str
    kind: type
    file: str
    number: int | None
    raw: dict[str, Any]

    @property
    def place(self) -> str:
        """How an error line names it."""
        if self.number is None:
            return self.file
        return f"{self.file}: {self.raw.get('id', f'item {self.number + 1}')}"


def small_records() -> Iterator[Record]:
    for part, kind in model.FOLDERS.items():
        for path in sorted((MINI / "data" / part).iterdir()):
            yield Record(part, kind, f"data/{part}/{path.name}", None, model.read_yaml(path, path.name))
    for part, kind in {**model.LISTS, "questions": records.Question}.items():
        file = f"data/{part}.yml"
        for number, raw in enumerate(apart(model.read_yaml(MINI / file, file))):
            yield Record(part, kind, file, number, raw)
    yield Record("edition", records.Edition, "data/edition.yml", None, model.read_yaml(MINI / "data/edition.yml", ""))
    yield Record("clinic", clinic.Clinic, "clinic.yml", None, CLINIC)
    yield Record("front matter", pages.PageMeta, "docs/index.md", None, META)


def apart(value: Any) -> Any:
    """The same, each part by itself: YAML's aliases stand for one thing at several places, which one fault breaks."""
    if isinstance(value, dict):
        return {key: apart(item) for key, item in value.items()}
    return [apart(item) for item in value] if isinstance(value, list) else value


RECORDS = list(small_records())
IN_DATA = [item for item in RECORDS if item.file.startswith("data/")]


# Where something can be broken -------------------------------------------------------------------


class Slot(NamedTuple):
    """A place inside a record: the keys that lead to it, the type that belongs there, whether it may be left out."""

    path: tuple[str | int, ...]
    hint: Any
    needed: bool

    @property
    def name(self) -> str:
        return ".".join(map(str, self.path))


def slots(kind: type, raw: Any, at: tuple[str | int, ...] = ()) -> Iterator[Slot]:
    """Every place of a record, those inside what it holds included."""
    hints = typing.get_type_hints(kind, include_extras=True)
    for item in fields(kind):
        needed = item.default is MISSING and item.default_factory is MISSING
        path = (*at, item.name)
        yield Slot(path, hints[item.name], needed)
        if item.name in raw:
            yield from inside(hints[item.name], raw[item.name], path)


def inside(hint: Any, raw: Any, at: tuple[str | int, ...]) -> Iterator[Slot]:
    bare, _ = peeled(hint)
    if is_dataclass(bare):
        yield from slots(bare, raw, at)
    elif typing.get_origin(bare) is tuple:
        for number, item in enumerate(raw):
            yield Slot((*at, number), typing.get_args(bare)[0], False)
            yield from inside(typing.get_args(bare)[0], item, (*at, number))
    elif typing.get_origin(bare) is dict:
        for key in raw:
            yield Slot((*at, key), typing.get_args(bare)[1], False)


def peeled(hint: Any) -> tuple[Any, list[Any]]:
    """A type without its wrappers (Annotated, "or None"), and what they say of it."""
    told: list[Any] = []
    while True:
        if typing.get_origin(hint) is typing.Annotated:
            for item in hint.__metadata__:
                told += item.metadata if isinstance(item, FieldInfo) else [item]
            hint = hint.__origin__
        elif typing.get_origin(hint) in (typing.Union, types.UnionType):
            left = [part for part in typing.get_args(hint) if part is not type(None)]
            if len(left) > 1:
                return left, told
            hint = left[0]
        else:
            return hint, told


def get(raw: Any, path: tuple[str | int, ...]) -> Any:
    for key in path:
        raw = raw[key]
    return raw


def put(raw: dict[str, Any], path: tuple[str | int, ...], value: Any) -> dict[str, Any]:
    """A copy of a record with something else at a place."""
    raw = copy.deepcopy(raw)
    get(raw, path[:-1])[path[-1]] = value
    return raw


def without(raw: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any]:
    raw = copy.deepcopy(raw)
    del get(raw, path[:-1])[path[-1]]
    return raw


# What is wrong there -----------------------------------------------------------------------------

WORD = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S")), min_size=1, max_size=12)
TOMORROW = date.today() + timedelta(days=1)
SOON = st.dates(TOMORROW, date(2999, 12, 31))
LISTED = st.lists(st.integers(), max_size=2)
KEYED = st.dictionaries(st.sampled_from(["a", "b"]), st.integers(), min_size=1, max_size=2)
NUMBER = st.integers(-(10**6), 10**6)
NO_TEXT = [NUMBER, st.floats(), st.booleans(), st.dates(), LISTED, KEYED, st.none()]
NO_NUMBER = [WORD, st.booleans(), st.dates(), LISTED, KEYED, st.none(), st.just("five"), st.just("5")]
BAD_TEXT = st.sampled_from(
    ["", "  ", "\t", "a\n\nb", "<b>x</b>", "x [@beta]", "a\x00b", "a\x02b", "\u202eb", "\uffff", "\u2028"]
)


def wrong(hint: Any) -> st.SearchStrategy[Any]:
    """Values that cannot stand where a type belongs."""
    bare, told = peeled(hint)
    checks = [item.func for item in told if hasattr(item, "func")]
    if typing.get_origin(bare) is Literal:
        return st.one_of(WORD.map(lambda word: f"no {word}"), *NO_TEXT)
    if bare is str:
        pattern = any(check is not records._lone_line for check in checks)
        # Words for a length or a phone number refuse nothing that one rule could name: text of another kind will do.
        return st.one_of(*([BAD_TEXT] if pattern or checks else []), *NO_TEXT)
    if bare is bool:
        return st.one_of(WORD, NUMBER, st.none(), LISTED, KEYED, st.sampled_from(["yes", "true", 0, 1]))
    if bare is date:
        past = any(check is records._not_future for check in checks)
        other = [WORD, NUMBER, st.none(), LISTED, KEYED, st.dates().map(str), st.datetimes()]
        return st.one_of(*other, *([SOON] if past else []))
    if bare is int or bare is float or isinstance(bare, list):
        return st.one_of(*NO_NUMBER, *([st.just(1.5)] if bare is int else []), st.just(float("nan")), *out_of(told))
    if typing.get_origin(bare) is tuple:
        few = [st.just([])] if any(isinstance(item, MinLen) for item in told) else []
        return st.one_of(WORD, NUMBER, st.booleans(), st.none(), st.dates(), KEYED, *few)
    assert is_dataclass(bare) or typing.get_origin(bare) is dict, bare
    return st.one_of(WORD, NUMBER, st.booleans(), st.none(), LISTED)


def out_of(told: list[Any]) -> Iterator[st.SearchStrategy[Any]]:
    """Numbers beyond the limits that a type names."""
    for item in told:
        if isinstance(item, (Ge, Gt)):
            yield st.just(int(getattr(item, "ge", getattr(item, "gt", 0))) - 1)
        elif isinstance(item, (Le, Lt)):
            yield st.just(int(getattr(item, "le", getattr(item, "lt", 0))) + 1)


def lines_of(record: Record, raw: Any) -> list[str]:
    """What the loader says of a record by itself."""
    try:
        model.build(record.kind, raw, record.place)
    except FactbookError as error:
        return error.faults
    return []


def one_line(found: list[str], start: str) -> None:
    assert len(found) == 1, found
    assert found[0].startswith(start), (found, start)
    assert found[0].isprintable()
    assert len(found[0]) < 400, found


@pytest.fixture(scope="module")
def times(request: pytest.FixtureRequest) -> int:
    """How many times as many examples are drawn."""
    return 20 if request.config.getoption("--thorough", default=False) else 1


@pytest.mark.parametrize("part", sorted({item.part for item in RECORDS}))
def test_a_wrong_value_is_one_line_that_names_the_key(part: str, times: int) -> None:
    mine = [(record, slot) for record in RECORDS if record.part == part for slot in slots(record.kind, record.raw)]

    @settings(max_examples=times * 2 * min(len(mine), 25), **SETTINGS)
    @given(st.data())
    def broken(data: st.DataObject) -> None:
        record, slot = data.draw(st.sampled_from(mine))
        value = data.draw(wrong(slot.hint))
        one_line(lines_of(record, put(record.raw, slot.path, value)), f"{record.place}: {slot.name}")

    broken()


def test_a_missing_key_is_one_line() -> None:
    for record in RECORDS:
        for slot in slots(record.kind, record.raw):
            if slot.needed:
                one_line(lines_of(record, without(record.raw, slot.path)), f"{record.place}: {slot.name}: missing key")


def test_a_key_too_many_is_one_line() -> None:
    for record in RECORDS:
        places = {slot.path[:-1] for slot in slots(record.kind, record.raw) if isinstance(slot.path[-1], str)}
        for at in places:
            if not is_dataclass(peeled(hint_at(record.kind, at))[0]):
                continue  # a mapping of reasons, whose keys are values
            name = ".".join(map(str, (*at, "surplus")))
            one_line(lines_of(record, put(record.raw, (*at, "surplus"), 1)), f"{record.place}: {name}: unknown key")


def hint_at(kind: Any, path: tuple[str | int, ...]) -> Any:
    """The type at a place of a record."""
    for key in path:
        bare, _ = peeled(kind)
        kind = (
            typing.get_args(bare)[0] if isinstance(key, int) else typing.get_type_hints(bare, include_extras=True)[key]
        )
    return kind


def test_an_item_twice_is_one_line() -> None:
    seen = 0
    for record in RECORDS:
        for slot in slots(record.kind, record.raw):
            value = get(record.raw, slot.path[:-1]).get(slot.path[-1]) if isinstance(slot.path[-1], str) else None
            if isinstance(value, list) and value and isinstance(value[0], str):
                seen += 1
                one_line(
                    lines_of(record, put(record.raw, slot.path, [*value, value[0]])), f"{record.place}: {slot.name}: "
                )
    assert seen > 30


# The whole project -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the small project; each example puts back what it broke."""
    return Path(shutil.copytree(MINI, tmp_path_factory.mktemp("rot") / "mini"))


def check(root: Path) -> tuple[int, list[str]]:
    """The command line on a project: its exit code, and the lines of the faults."""
    model._cache.clear()  # two states written within one tick of the clock look alike
    pages._checked.clear()
    out, err = StringIO(), StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main(["check", "--root", str(root)])
    lines = [line for line in err.getvalue().splitlines() if not line.startswith("remark: ")]
    if code:
        assert lines.pop() == f"{len(lines)} faults"
    assert code == bool(lines)
    return code, lines


def with_file(root: Path, file: str, content: bytes | None, act: Callable[[], Any]) -> Any:
    """Do something while a file holds something else, or is gone."""
    path = root / file
    before = path.read_bytes() if path.is_file() else None
    try:
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        return act()
    finally:
        if before is None:
            path.unlink(missing_ok=True)
        else:
            path.write_bytes(before)


def written(record: Record, raw: Any) -> bytes:
    """The file of a record with the record changed; the others of a list stay."""
    if record.number is None:
        return dump(raw)
    items = [item.raw for item in IN_DATA if item.file == record.file]
    return dump([*items[: record.number], raw, *items[record.number + 1 :]])


def dump(raw: Any) -> bytes:
    return yaml.safe_dump(raw, allow_unicode=True, sort_keys=False).encode("utf-8", "surrogatepass")


def test_the_small_project_is_sound(small: Path) -> None:
    assert check(small) == (0, [])


def test_every_kind_is_in_the_small_project() -> None:
    assert {item.part for item in IN_DATA} == {*KINDS, "questions", "edition"}


def test_a_broken_file_stops_the_command_with_one_line(small: Path, times: int) -> None:
    """As above, from the file to the exit code."""
    everywhere = [(record, slot) for record in IN_DATA for slot in slots(record.kind, record.raw)]

    @settings(max_examples=80 * times, **SETTINGS)
    @given(st.data())
    def broken(data: st.DataObject) -> None:
        record, slot = data.draw(st.sampled_from(everywhere))
        value = data.draw(wrong(slot.hint).filter(lambda value: not isinstance(value, str) or value.isprintable()))
        raw = put(record.raw, slot.path, value)
        code, lines = with_file(small, record.file, written(record, raw), lambda: check(small))
        assert code == 1
        place = record.place
        if slot.path == ("id",) and record.number is not None:  # the line can name what stands there now
            place = record.file
        one_line(lines, f"{place}: ")
        assert slot.name in lines[0]

    broken()


PAGES = (
    "claims",
    "options",
    "prompts",
    "situations",
    "quiz",
    "sure",
    "overclaims",
    "ratings",
    "moments",
    "modules",
    "cases",
)
REFERENCES = {
    "agent": ("findings", "bias"),
    "agents": ("studies",),
    "at": ("questions",),
    "care": ("waits",),
    "claim": ("overclaims",),
    "claims": ("claim_cards", "contradictions"),
    "conflicts": ("claims",),
    "module": ("cases",),
    "options": ("situations",),
    "page": PAGES,
    "schedule": ("presets",),
    "sources": tuple(KINDS.keys() - {"changes"}),  # a source that a finding had once may be gone
    "standard": ("ratings",),
    "to": ("questions", "cases"),
}
"""Keys whose values name something else of the project, and the kinds of file in which they do."""


def test_a_dangling_reference_names_file_and_key(small: Path, times: int) -> None:
    pointing = [
        (record, slot, now)
        for record in IN_DATA
        for slot in slots(record.kind, record.raw)
        if record.part in REFERENCES.get(str(slot.path[-1]), ()) and (now := get_or_none(record.raw, slot.path))
    ]
    assert {str(slot.path[-1]) for _, slot, _ in pointing} >= REFERENCES.keys() - {"options"}

    @settings(max_examples=40 * times, **SETTINGS)
    @given(st.sampled_from(pointing))
    def dangling(broken: tuple[Record, Slot, Any]) -> None:
        record, slot, now = broken
        name = "no-such-thing-2026"
        nothing = f"{name}.md" if slot.path[-1] == "page" else f"/{name}/" if record.part == "questions" else name
        raw = put(record.raw, slot.path, [nothing] if isinstance(now, list) else nothing)
        code, lines = with_file(small, record.file, written(record, raw), lambda: check(small))
        assert code == 1
        # More lines where the fault has more effects: a claim stands on no card now, a trial leaves itself out.
        named = [
            line
            for line in lines
            if name in line and line.startswith(record.place if "id" in record.raw else record.file)
        ]
        assert len(named) == 1, lines
        words = "steps" if slot.path[-1] == "to" and record.part == "cases" else str(slot.path[0])
        assert words in named[0] or str(slot.path[-1]) in named[0], lines
        assert all(line.isprintable() and re.match(r"data/[\w./-]+: ", line) for line in lines), lines

    dangling()


def get_or_none(raw: Any, path: tuple[str | int, ...]) -> Any:
    inside = get(raw, path[:-1])
    return inside.get(path[-1]) if isinstance(inside, dict) else None


FILES = sorted({item.file for item in IN_DATA})
NO_FILE: dict[str, tuple[Callable[[bytes], bytes], str]] = {
    "empty": (lambda before: b"", "the file is empty"),
    "not UTF-8 from the start": (lambda before: b"\xff\xfe" + before, "not UTF-8 (byte 1)"),
    "not UTF-8 at the end": (lambda before: before + b"\n# caf\xe9\n", "not UTF-8 (byte"),
    "cut off": (lambda before: before + b"\n  - {open: [\n", "YAML: "),
    "a stray sign": (lambda before: b"%\n" + before, "YAML: "),
    "deep without end": (lambda before: b"[" * 100_000, "YAML: too many things inside each other"),
    "deep in one line": (lambda before: b"- " * 100_000, "YAML: too many things inside each other"),
    "words alone": (lambda before: b"just words\n", "expected "),
    "two documents": (lambda before: b"--- 1\n--- 2\n", "YAML: "),
    "a command": (lambda before: b"!!python/object:os.system {}\n", "YAML: "),
    "gone": (lambda before: b"", "missing"),
}


@pytest.mark.parametrize("number", range(len(FILES)), ids=FILES)
def test_a_file_that_is_none(small: Path, number: int) -> None:
    """One line that names the file. Each file meets three of the ways, each way a dozen files."""
    file = FILES[number]
    before = (small / file).read_bytes()
    for turn in range(3):
        way = list(NO_FILE)[(number + 4 * turn) % len(NO_FILE)]
        make, says = NO_FILE[way]
        if way == "gone" and file.count("/") > 1:
            continue  # a file fewer in a folder is no fault by itself
        content = None if way == "gone" else make(before)
        code, lines = with_file(small, file, content, lambda: check(small))
        assert code == 1
        one_line(lines, f"{file}: ")
        assert says in lines[0]


TRICKS = [
    "&a [*a]", "!!bool maybe", "!!timestamp soon", "!!int ''", "!!float ''", "!!binary '*'", "!!set {a, b}", "010", "1:30", "1e999",
    "0x", ".nan", "9" * 5000, "2026-02-30", "2026-11-20 10:00:00", "<<: {a: 1}", "? [a, b] : c", "{1: 2}", "{a: {b: {c: d}}}", "~",
    "'", '"', "\\", ": ", "- ", "#", "|", ">", "%", "@", "`", "\t", "\n", "\r", "\x85", "\x07", "\U0001f600", "\ufeff", "[", "]", "{", "}",
    '"\\ud800"', '"\\x00"', "*f", "&f", "no", "yes", "null", "[[]]", "---", "...",
]  # fmt: skip


def test_a_slip_of_the_hand_never_gives_a_traceback(small: Path, times: int) -> None:
    """Anything typed over anything: the file still loads, or each fault is one line with a file and a key."""
    files = {item.file: (MINI / item.file).read_text(encoding="utf-8") for item in IN_DATA}
    answers = set()

    @settings(max_examples=80 * times, **SETTINGS)
    @given(
        st.sampled_from(sorted(files)),
        st.floats(0, 1),
        st.integers(0, 12),
        st.sampled_from(TRICKS) | st.text(max_size=6),
    )
    def typed(file: str, where: float, cut: int, new: str) -> None:
        text = files[file]
        at = int(where * len(text))
        content = (text[:at] + new + text[at + cut :]).encode("utf-8", "surrogatepass")
        code, lines = with_file(small, file, content, lambda: check(small))
        answers.add(code)
        for line in lines:
            assert re.match(r"data/[\w./-]+: \S", line), lines
            assert line.isprintable()

    typed()
    assert answers == {0, 1}


@pytest.mark.parametrize("part", sorted({*model.LISTS, "questions"}))
def test_a_record_twice_is_one_line(small: Path, part: str) -> None:
    file = f"data/{part}.yml"
    items = [item.raw for item in IN_DATA if item.part == part]
    code, lines = with_file(small, file, dump([*items, items[0]]), lambda: check(small))
    assert code == 1
    one_line(lines, f"{file}: ")
    assert "stands here a second time" in lines[0]


@pytest.mark.parametrize("part", sorted(model.FOLDERS))
def test_a_file_under_another_name_is_one_line(small: Path, part: str) -> None:
    first = next(item for item in IN_DATA if item.part == part)
    file = f"data/{part}/copy.yml"
    code, lines = with_file(small, file, dump(first.raw), lambda: check(small))
    assert code == 1
    one_line(lines, f'{file}: id: "{first.raw["id"]}" is not the file name')


@pytest.mark.parametrize(
    ("file", "says"),
    [
        ("data/studies/gamma.yaml", 'nothing reads this file (did you mean "studies/gamma.yml"?)'),
        ("data/harm.yml", 'nothing reads this file (did you mean "harms.yml"?)'),
        ("data/notes.txt", "nothing reads this file"),
        ("data/20261120.yml", "nothing reads this file"),
    ],
)
def test_a_file_that_nothing_reads_is_a_fault(small: Path, file: str, says: str) -> None:
    code, lines = with_file(small, file, b"id: gamma\n", lambda: check(small))
    assert (code, lines) == (1, [f"{file}: {says}"])


def test_what_an_editor_keeps_is_no_fault(small: Path) -> None:
    for name in ("data/studies/.#alpha-2001.yml", "data/studies/alpha-2001.yml~", "data/.DS_Store"):
        assert with_file(small, name, b"\xff", lambda: check(small)) == (0, [])


def test_a_page_that_cannot_be_read_is_one_line(small: Path) -> None:
    (small / "docs/lost.md").symlink_to("nowhere.md")
    code, lines = check(small)
    (small / "docs/lost.md").unlink()
    assert (code, lines) == (1, ["docs/lost.md: cannot be read (No such file or directory)"])


# Good changes ------------------------------------------------------------------------------------

BLOCKS = {
    "studies": "/// studies\n///\n\n[@alpha-2001; @beta]",
    "ingredients": "/// ingredients\n///\n\n/// ingredient | minoxidil\n///",
    "findings": "/// findings\n///\n\n/// icons | minoxidil-women\n///\n\n/// numbers\n    show: minoxidil-women\n///\n\n"
    "/// factbox\n    benefit: minoxidil-women, minoxidil-shedding\n///\n\n/// forest\n///\n\n/// map\n///",
    "modules": "/// module | first\n///\n\n/// course\n///\n\n/// checklist\n///",
    "cases": "/// course\n    show: cases\n///",
    "harms": "/// harms\n///",
    "signs": "/// signs\n///\n\n/// emergency\n///\n\n/// leaflet-signs\n///",
    "aftercare": "/// aftercare\n///\n\n/// leaflet-care\n///",
    "rules": "/// rules\n///",
    "advertising": "/// advertising\n///",
    "overclaims": "/// checker\n///",
    "glossary": "/// glossary\n///\n\n/// cards\n///\n\nA dermis and follicles.",
    "bias": "/// bias\n///",
    "claims": "/// claims\n///",
    "claim_cards": "/// claims\n///",
    "contradictions": "/// contradictions\n///",
    "options": "/// options\n///\n\n/// leaflet-options\n///\n\n/// decision\n///",
    "schedules": "/// schedules\n///\n\n/// timeline\n///",
    "prompts": "/// prompts\n///\n\n/// leaflet-questions\n///",
    "emergency_numbers": "/// visit-card\n///\n\n/// leaflet-numbers\n///",
    "stages": "/// visit-card\n///\n\n/// leaflet-times\n///",
    "waits": "/// planner\n///\n\n/// clinic\n    show: allowed\n///",
    "presets": "/// planner\n///",
    "situations": "/// situations\n///",
    "values": "/// values\n///",
    "quiz": "/// quiz\n///",
    "sure": "/// sure\n///",
    "moments": "/// moments\n///",
    "frames": "/// frames\n///",
    "standards": "/// scores\n///\n\n/// ratings | one-list\n///",
    "ratings": "/// ratings | one-list\n///",
    "peers": "/// peers\n///",
    "measured": "/// measured\n///",
    "changes": "/// changed-findings\n///",
    "edition": "/// cite-guide\n///",
}
"""Where each kind is shown."""
NOT_SHOWN = {"questions", "search", "figures"}
"""Read by the search and by tests."""


def render(book: records.Factbook, text: str) -> str:
    """Markdown with blocks, made into HTML with these facts."""
    made = extension.FactbookExtension(docs="")
    made.book = lambda: book  # type: ignore[method-assign]
    configs = {"pymdownx.tabbed": {"alternate_style": True}}
    return Markdown(
        extensions=[*(name for name in EXTENSIONS if name != "factbook"), made], extension_configs=configs
    ).convert(text)


@pytest.fixture(scope="module")
def book() -> records.Factbook:
    return model.load(MINI / "data")


def with_record(book: records.Factbook, record: Record, raw: dict[str, Any]) -> records.Factbook:
    """The same facts with one record built from something else."""
    built = model.build(record.kind, raw, record.place)
    if record.part == "edition":
        return replace(book, edition=built)
    return replace(book, **{record.part: {**getattr(book, record.part), record.raw["id"]: built}})


def test_every_kind_has_a_block_or_a_reason() -> None:
    assert {*BLOCKS, *NOT_SHOWN} == {*KINDS, "edition", "questions"}


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: f"{record.part}-{record.number}")
def test_the_order_of_keys_means_nothing(record: Record) -> None:
    turned = {key: turn(value) for key, value in reversed(record.raw.items())}
    assert model.build(record.kind, turned, "x") == model.build(record.kind, record.raw, "x")


def turn(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: turn(item) for key, item in reversed(value.items())}
    return [turn(item) for item in value] if isinstance(value, list) else value


SHOWN = st.text(
    st.characters(codec="utf-8", exclude_categories=("C", "Z")) | st.sampled_from(" *_`[]()!|#&<>\"'\\/{}:~^=-.0"),
    min_size=1,
    max_size=30,
)
"""What a writer may put into a text: letters of every script, and all signs that mean something to Markdown."""


def good(hint: Any) -> st.SearchStrategy[Any] | None:
    """Other values that fit a type by itself; None for those of a shape of their own."""
    bare, _ = peeled(hint)
    if hint in (records.Text, records.Text | None):
        return SHOWN
    return st.sampled_from(typing.get_args(bare)) if typing.get_origin(bare) is Literal else None


@pytest.mark.parametrize("part", sorted(BLOCKS.keys() & {item.part for item in IN_DATA}))
def test_a_good_value_loads_and_its_block_renders(book: records.Factbook, part: str, times: int) -> None:
    mine = [
        (record, slot, values)
        for record in IN_DATA
        if record.part == part
        for slot in slots(record.kind, record.raw)
        if (values := good(slot.hint)) is not None
    ]
    rendered = 0

    @settings(max_examples=8 * times, **SETTINGS)
    @given(st.data())
    def shown(data: st.DataObject) -> None:
        nonlocal rendered
        record, slot, values = data.draw(st.sampled_from(mine))
        raw = put(record.raw, slot.path, data.draw(values))
        if faults := lines_of(record, raw):  # a rule over several keys, or a limit of words
            assert all(line.startswith(record.place) for line in faults)
            return
        html = render(with_record(book, record, raw), BLOCKS[part])
        assert "///" not in re.sub(r"<[^>]*>", "", html) or "///" in str(raw)
        rendered += 1

    shown()
    assert rendered
