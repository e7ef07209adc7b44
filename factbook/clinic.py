"""A clinic's own details: one file, `clinic.yml`, read and checked into a `Clinic`.

An edition of the guide shows them beside the guide's text, never instead of it. Like `factbook.model` this module knows
nothing of Markdown or of a site builder.
"""

from __future__ import annotations

import re
import struct
import threading
import xml.etree.ElementTree as etree
from collections.abc import Callable, Hashable, Iterator, Mapping
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import phonenumbers
from pydantic import AfterValidator, BeforeValidator, Field

from factbook.faults import FactbookError, nearest
from factbook.model import build, read_yaml
from factbook.records import Factbook, Id, Page, PastDate, Text, Wait, Whole, record

LARGEST_LOGO = 200_000
"""Bytes: every page loads it."""
LARGEST_SIDE = 2000
"""Pixels of a PNG."""
SVG = "{http://www.w3.org/2000/svg}"
_ACTIVE = ("script", "foreignObject", "handler", "listener", "iframe", "object", "embed", "animate", "set")


def _text_not_number(value: Any) -> Any:
    # YAML reads some bare words as numbers, dates or truth values.
    if isinstance(value, bool):
        word = "no" if value is False else "yes"
        raise ValueError(f'YAML reads this as {str(value).lower()}, not as text: put it in quotes ("{word}")')
    if isinstance(value, (int, float, date)):
        raise ValueError("YAML reads this as a number or a date, not as text: put it in quotes")
    return value


def _fit_to_show(value: str) -> str:
    # It goes into attributes, into a style sheet's text and into calendar files, whole and in one line.
    if found := re.search(r'["<>\\{}`]|[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]', value):
        sign = found[0] if found[0].isprintable() else f"U+{ord(found[0]):04X}"
        raise ValueError(f"holds {sign}, which cannot be shown everywhere: leave it out")
    if len(value) > 120:
        raise ValueError(f"{len(value)} characters long, not 120 at most")
    return value


def _short(value: str) -> str:
    if len(value) > 60:
        raise ValueError(f"{len(value)} characters long, not 60 at most")
    return value


def _dialled(value: str) -> str:
    how = 'write it as from abroad ("+44 20 7946 0123")'
    if not re.fullmatch(r"\+[\d ()./-]+", value):
        raise ValueError(f'"{value}" cannot be dialled from everywhere: {how}')
    try:
        number = phonenumbers.parse(value)
    except phonenumbers.NumberParseException:
        raise ValueError(f'"{value}" is no phone number: {how}') from None
    if not phonenumbers.is_valid_number(number):
        country = phonenumbers.region_code_for_country_code(number.country_code or 0)
        raise ValueError(f'"{value}" cannot be dialled: no such number in {country} (a digit too many or too few?)')
    return value


def _web_address(value: str) -> str:
    try:
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and "." in (parts.hostname or "") and parts.username is None
        _ = parts.port
    except ValueError:
        good = False
    if not good or re.search(r"[\s\"'<>\\^`{|}]", value):
        raise ValueError(f'"{value}" is not a web address (https://example.org/)')
    return value


def _file_beside(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9 ._-]*", value):
        raise ValueError(f'"{value}" is not the name of a file in the same folder')
    return value


Words = Annotated[Text, BeforeValidator(_text_not_number), AfterValidator(_fit_to_show)]
Web = Annotated[Words, AfterValidator(_web_address)]


@record
class Phone:
    """A number that anyone can dial, and whom it reaches."""

    label: Annotated[Words, AfterValidator(_short)]
    number: Annotated[Words, AfterValidator(_dialled)]

    @cached_property
    def _parsed(self) -> phonenumbers.PhoneNumber:
        return phonenumbers.parse(self.number)

    @property
    def shown(self) -> str:
        """The number in international form, as people read it."""
        return phonenumbers.format_number(self._parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL)

    @property
    def tel(self) -> str:
        """The number as a device dials it: a plus and digits."""
        return phonenumbers.format_number(self._parsed, phonenumbers.PhoneNumberFormat.E164)


@record
class Injector:
    """Who gives the injections: a role and the register it can be looked up in; a name if the person agrees."""

    role: Words
    register: Words
    name: Words | None = None


@record
class Product:
    """A product that the clinic uses, and the agents of the guide that are in it."""

    name: Words
    agents: Annotated[tuple[Id, ...], Field(min_length=1, max_length=10)]


@record
class OwnRule:
    """How long the clinic asks people to wait with one thing, in hours after a session."""

    topic: Id
    hours: Annotated[Whole, Field(ge=0)]

    @property
    def words(self) -> str:
        """The wait in words, days where they are whole and over two."""
        if self.hours == 0:
            return "no wait"
        if self.hours % 24 == 0 and self.hours > 48:
            return f"wait {self.hours // 24} days"
        return f"wait {self.hours} hour{'' if self.hours == 1 else 's'}"


@record
class SignOff:
    """The clinician who read and signed pages for this clinic; all patient pages where none is named."""

    name: Words
    role: Words
    registration: Words
    date: PastDate
    pages: tuple[Page, ...] = ()


@record
class Clinic:
    """Everything a clinic's edition adds to the guide."""

    id: Annotated[Id, AfterValidator(_short)]
    name: Annotated[Words, AfterValidator(_short)]
    country: Words
    phones: Annotated[tuple[Phone, ...], Field(min_length=1, max_length=4)]
    out_of_hours: Phone | None = None
    hours: Annotated[tuple[Words, ...], Field(max_length=7)] = ()
    address: Annotated[tuple[Words, ...], Field(max_length=6)] = ()
    site: Web | None = None
    booking: Web | None = None
    published_at: Web | None = None
    languages: Annotated[tuple[Words, ...], Field(max_length=12)] = ()
    logo: Annotated[Words, AfterValidator(_file_beside)] | None = None
    who_injects: Annotated[tuple[Injector, ...], Field(max_length=12)] = ()
    products: Annotated[tuple[Product, ...], Field(max_length=20)] = ()
    rules: tuple[OwnRule, ...] = ()
    reviewed: SignOff | None = None

    @property
    def lines(self) -> tuple[Phone, ...]:
        """Every phone line, the one out of hours last."""
        return (*self.phones, self.out_of_hours) if self.out_of_hours else self.phones


def load(path: Path, book: Factbook, name: str = "") -> Clinic:
    """Read and check one clinic's file.

    Args:
        path: The file.
        book: The facts that its country, agents and rules have to stand in.
        name: What to call the file in an error; its own name where that is empty.

    Raises:
        FactbookError: With one line for each fault.
    """
    name = name or path.name
    raw = read_yaml(path, name)
    try:
        clinic = build(Clinic, raw, name)
    except FactbookError as error:
        raise FactbookError(_readable(line, name) for line in error.faults) from None
    faults = [f"{name}: {line}" for line in _against(clinic, book)]
    if clinic.logo:
        try:
            logo_kind(path.with_name(clinic.logo))
        except ValueError as error:
            faults.append(f"{name}: logo: {clinic.logo}: {error}")
    if faults:
        raise FactbookError(faults)
    return clinic


_SAID = (
    (r"Input should be a valid tuple", "is not a list (one item a line, each after a dash)"),
    (r"Tuple should have at least 1 item after validation, not 0.*", "needs one item at least"),
    (r"Tuple should have at most (\d+) items? after validation, not (\S+).*", r"takes \1 items at most, not \2"),
    (r"Input should be a dictionary or an instance of \w+", "is not keys with values"),
    (r"Input should be a valid string", "is not text"),
    (r"Input should be a valid integer", "is not a whole number"),
    (r"Input should be greater than or equal to 0 .*", "is under 0"),
)
"""What pydantic says of lists and numbers, and the same for people who never saw Python."""


def _readable(line: str, name: str) -> str:
    """A fault with its place counted from one: `phones 1, number`, not `phones.0.number`."""
    place, mark, message = line.removeprefix(f"{name}: ").partition(": ")
    place = re.sub(r"\.(\d+)", lambda found: f" {int(found[1]) + 1}", place).replace(".", ", ")
    for pattern, words in _SAID:
        message = re.sub(pattern, words, message)
    return f"{name}: {place}{mark}{message}"


_cache: dict[Path, tuple[Hashable, Factbook, Clinic]] = {}
_lock = threading.Lock()


def load_once(path: Path, book: Factbook) -> Clinic:
    """Read a clinic's file like `load`, once for each state of it: every block of every page asks."""
    with _lock:
        try:
            state = (path.stat().st_mtime_ns, date.today())
        except OSError:
            state = (0, date.today())
        known = _cache.get(path)
        if known is None or known[0] != state or known[1] is not book:
            known = _cache[path] = (state, book, load(path, book))
    return known[2]


def wait_for(topic: str, book: Factbook) -> Wait | None:
    """The wait that a topic names, by its own id or by that of its aftercare topic."""
    return next((wait for wait in book.waits.values() if topic in (wait.id, wait.care)), None)


def own_rules(clinic: Clinic | None, book: Factbook) -> dict[str, OwnRule]:
    """The clinic's own rules by the id of their wait, and by that of their aftercare topic."""
    found = {}
    for rule in clinic.rules if clinic else ():
        if wait := wait_for(rule.topic, book):
            found[wait.id] = found[wait.care] = rule
    return found


def _against(clinic: Clinic, book: Factbook) -> Iterator[str]:
    """Faults of a clinic against the facts."""
    if clinic.country not in book.emergency_numbers:
        countries = {item.country.lower(): item.id for item in book.emergency_numbers.values()}
        asked = clinic.country.lower().replace("-", " ")
        known = countries.get(asked) or {"uk": "gb"}.get(asked)
        hint = f' (did you mean "{known}"?)' if known else nearest(asked, book.emergency_numbers)
        yield f'country: "{clinic.country}" is not in data/emergency_numbers.yml{hint}'
    for number, product in enumerate(clinic.products, 1):
        for agent in product.agents:
            if agent not in book.ingredients:
                yield f'products {number}, agents: no agent "{agent}"{nearest(agent, book.ingredients)}'
    seen: dict[str, str] = {}
    for number, rule in enumerate(clinic.rules, 1):
        wait = wait_for(rule.topic, book)
        if wait is None:
            topics = [*book.waits, *(wait.care for wait in book.waits.values())]
            hint = nearest(rule.topic, topics) or f" (one of: {', '.join(book.waits)})"
            yield f'rules {number}, topic: no wait in hours is shown for "{rule.topic}"{hint}'
        elif wait.id in seen:
            yield f'rules {number}, topic: "{rule.topic}" has a rule already ("{seen[wait.id]}")'
        elif not wait.earliest_hours <= rule.hours <= wait.latest_hours:
            yield (
                f"rules {number}, hours: {rule.hours} is outside what the guide shows for {rule.topic}: "
                f"{wait.earliest_hours:g} to {wait.latest_hours:g} hours (data/waits.yml)"
            )
        if wait is not None:
            seen.setdefault(wait.id, rule.topic)


# Logo ---------------------------------------------------------------------------------------------


def logo_kind(path: Path) -> Literal["svg", "png"]:
    """Say what a logo is, by what is in the file.

    Raises:
        ValueError: It is missing, too large, neither SVG nor PNG, damaged, or would run or fetch something.
    """
    try:
        if path.stat().st_size > LARGEST_LOGO:
            raise ValueError(f"{path.stat().st_size // 1000} kB, not {LARGEST_LOGO // 1000} kB at most")
        content = path.read_bytes()
    except OSError as error:
        raise ValueError(f"cannot be read ({error.strerror})") from None
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        _check_png(content)
        kind: Literal["svg", "png"] = "png"
    elif re.match(rb"(?:\xef\xbb\xbf)?\s*<", content):
        _check_svg(content)
        kind = "svg"
    else:
        raise ValueError("is neither an SVG nor a PNG")
    if path.suffix.lower() != f".{kind}":
        raise ValueError(f"is named {path.suffix or 'without an ending'}, but holds a {kind.upper()}")
    return kind


def _check_png(content: bytes) -> None:
    if len(content) < 45 or content[12:16] != b"IHDR" or not content.endswith(b"IEND\xaeB`\x82"):
        raise ValueError("is a PNG that is cut off or damaged")
    wide, high = struct.unpack(">II", content[16:24])
    if not (0 < wide <= LARGEST_SIDE and 0 < high <= LARGEST_SIDE):
        raise ValueError(f"is {wide} by {high} pixels, not {LARGEST_SIDE} by {LARGEST_SIDE} at most")


def _check_svg(content: bytes) -> None:
    # Refused before it is parsed: entities can blow up, and a style sheet can be called from outside the root.
    if re.search(rb"<!DOCTYPE|<!ENTITY|<\?xml-stylesheet", content, re.IGNORECASE):
        raise ValueError("holds a DOCTYPE or a style sheet from outside: save it as a plain SVG")
    try:
        root = etree.fromstring(content)  # noqa: S314 - no entities left to expand
    except (etree.ParseError, ValueError, LookupError):
        raise ValueError("is not well-formed SVG") from None
    if root.tag != f"{SVG}svg":
        raise ValueError("is neither an SVG nor a PNG")
    for element in root.iter():
        tag = str(element.tag).rpartition("}")[2]
        if tag in _ACTIVE or tag.startswith("animate"):
            raise ValueError(f"holds <{tag}>: a logo runs and moves nothing")
        for key, value in element.attrib.items():
            _, inside, plain = key.lower().rpartition("}")
            if plain.startswith("on"):
                raise ValueError(f"holds {plain}: a logo runs nothing")
            if plain in ("href", "src") and not value.strip().startswith("#"):
                raise ValueError(f'refers to "{value.strip()[:40]}": a logo holds all it needs')
            if not inside:
                _check_style(value)
        if tag == "style":
            _check_style("".join(element.itertext()))


def _check_style(text: str) -> None:
    if "@import" in text.lower() or "\\" in text:
        raise ValueError("calls a style from outside: a logo holds all it needs")
    for target in re.findall(r"url\(\s*[\"']?\s*([^)\"']*)", text, re.IGNORECASE):
        if not target.startswith("#"):
            raise ValueError(f'refers to "{target.strip()[:40]}": a logo holds all it needs')


# For the theme's templates ------------------------------------------------------------------------


def for_templates(
    clinic: Clinic, book: Factbook, pages: Mapping[str, Any], address: Callable[[str], str], neutral: str
) -> dict[str, Any]:
    """What the templates of both builders show of a clinic: text, lists and mappings, as YAML holds them.

    Args:
        clinic: The checked record.
        book: The facts.
        pages: Front matter of each page by its path below docs/ (`audience`, `checked`).
        address: Makes the address of a page, below the site's root, from such a path.
        neutral: The address of the neutral guide.

    Raises:
        FactbookError: The sign-off names a page that is not there.
    """
    country = book.emergency_numbers[clinic.country]
    shown: dict[str, Any] = {
        "id": clinic.id,
        "name": clinic.name,
        "neutral": f"{neutral.rstrip('/')}/",
        "country": country.country,
        "numbers": list(country.numbers),
        "phones": [_phone(phone) for phone in clinic.phones],
        "hours": list(clinic.hours),
        "address": list(clinic.address),
        "languages": ", ".join(clinic.languages),
    }
    if clinic.out_of_hours:
        shown["out_of_hours"] = _phone(clinic.out_of_hours)
    for key in ("site", "booking"):
        if target := getattr(clinic, key):
            shown[key] = {"url": target, "host": (urlsplit(target).hostname or "").removeprefix("www.")}
    if clinic.logo:
        shown["logo"] = f"assets/images/clinic-logo.{clinic.logo.rpartition('.')[2].lower()}"
    if clinic.reviewed:
        shown["reviewed"] = _reviewed(clinic.reviewed, pages, address)
    return shown


def _phone(phone: Phone) -> dict[str, str]:
    return {"label": phone.label, "shown": phone.shown, "tel": phone.tel}


def _reviewed(signed: SignOff, pages: Mapping[str, Any], address: Callable[[str], str]) -> dict[str, Any]:
    """Who signed, and what: addresses of pages that stand as they were signed, and of those checked again since."""
    faults = [f'reviewed: pages: no page "{page}"{nearest(page, pages)}' for page in signed.pages if page not in pages]
    if faults:
        raise FactbookError(faults)
    chosen = signed.pages or [page for page, meta in pages.items() if meta.audience == "patient"]
    now = [address(page).removeprefix("/") for page in chosen if pages[page].checked <= signed.date]
    before = [address(page).removeprefix("/") for page in chosen if pages[page].checked > signed.date]
    return {
        "name": signed.name,
        "role": signed.role,
        "registration": signed.registration,
        "date": signed.date.isoformat(),
        "pages": now,
        "earlier": before,
    }
