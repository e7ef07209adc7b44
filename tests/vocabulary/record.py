"""Record schema.org's vocabulary for the tests: `python -m tests.vocabulary.record schemaorg-current-https.jsonld`.

The file is one of a release, `data/releases/<version>/` of https://github.com/schemaorg/schemaorg. Of it stay the names:
types with their parents, properties with the types that have them and that their values may be, members of enumerations.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

PLACE = Path(__file__).with_name("schemaorg.json")
DATA_TYPE = "schema:DataType"


def names(value: Any) -> list[str]:
    """Ids without their prefix, from one reference or a list of them."""
    listed = value if isinstance(value, list) else [value] if value else []
    return sorted(item["@id"].removeprefix("schema:") for item in listed if item["@id"].startswith("schema:"))


def vocabulary(content: bytes, version: str) -> dict[str, Any]:
    """Cut a release down to what the tests ask."""
    types, properties, members = {}, {}, {}
    for item in json.loads(content)["@graph"]:
        name = item["@id"].removeprefix("schema:")
        kinds = item["@type"] if isinstance(item["@type"], list) else [item["@type"]]
        if "rdfs:Class" in kinds:
            types[name] = names(item.get("rdfs:subClassOf"))
            if DATA_TYPE in kinds:
                types[name].append("DataType")
        elif "rdf:Property" in kinds:
            properties[name] = {
                "of": names(item.get("schema:domainIncludes")),
                "is": names(item.get("schema:rangeIncludes")),
            }
        # A member of an enumeration can be a type as well (Dermatology is a specialty and a kind of practice).
        if of := [kind.removeprefix("schema:") for kind in kinds if kind.startswith("schema:") and kind != DATA_TYPE]:
            members[name] = sorted(of)
    return {
        "source": f"https://github.com/schemaorg/schemaorg, data/releases/{version}/schemaorg-current-https.jsonld",
        "version": version,
        "sha256": hashlib.sha256(content).hexdigest(),
        "licence": "Schema.org's schemas: CC BY-SA 3.0, https://creativecommons.org/licenses/by-sa/3.0/",
        "changes": "names alone: comments, labels and other fields are left out",
        "types": dict(sorted(types.items())),
        "properties": dict(sorted(properties.items())),
        "members": dict(sorted(members.items())),
    }


def main() -> None:
    """Write `schemaorg.json`; the version is the name of the folder, or the second argument."""
    path = Path(sys.argv[1])
    found = vocabulary(path.read_bytes(), sys.argv[2] if len(sys.argv) > 2 else path.parent.name)
    lines = [f"{json.dumps(key)}: {json.dumps(value)}" for key, value in found.items() if isinstance(value, str)]
    for key in ("types", "properties", "members"):
        rows = ",\n".join(f"{json.dumps(name)}: {json.dumps(value)}" for name, value in found[key].items())
        lines.append(f"{json.dumps(key)}: {{\n{rows}\n}}")
    PLACE.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")


if __name__ == "__main__":
    main()
