#!/usr/bin/env python3
"""Writes catalogue.txt: every service and operation of AWS, as CloudTrail sees them.

    make-catalogue.py [--classes api-catalogue.tsv] [--records records.ndjson.gz]

The models come from botocore (Apache-2.0, see NOTICE), in the version pinned below, so that the same script gives the
same bytes. What the models do not say of CloudTrail stands in oddities.py. The two options measure the rules for
`readOnly` against IAM's classes and against real records; they change nothing in the output.

The format is described in README.md.
"""
import argparse
import collections
import gzip
import json
import pathlib
import re
import sys

import botocore
from botocore.loaders import Loader

import oddities

PINNED = "1.43.11"
KINDS = {
    "string": "", "character": "", "integer": "#", "long": "#", "short": "#", "byte": "#",
    "float": "~", "double": "~", "bigdecimal": "~", "boolean": "?", "timestamp": "@",
    "blob": "%", "list": "*", "map": ":", "structure": "{",
}


class Service:
    """One model with what CloudTrail makes of it."""

    def __init__(self, loader, name):
        self.name = name
        model = loader.load_service_model(name, "service-2")
        self.metadata = model["metadata"]
        self.operations = model["operations"]
        self.shapes = model["shapes"]
        signing = self.metadata.get("signingName", self.metadata["endpointPrefix"])
        self.source = oddities.EVENT_SOURCES.get(name, signing).lower()
        self.is_ec2 = name == "ec2"
        self.has_wire_names = name in ("ec2", "s3", "s3control")

    def aliases(self):
        """Other names under which people know the service."""
        found = [
            self.metadata["endpointPrefix"], self.metadata.get("signingName", ""),
            self.metadata["serviceId"], self.metadata.get("serviceAbbreviation", ""),
        ] + oddities.SERVICE_ALIASES.get(self.name, [])
        plain = {fold(self.name), fold(self.source)}
        result = []
        for alias in found:
            alias = fold(alias)
            if alias and alias not in plain:
                plain.add(alias)
                result.append(alias)
        return result

    def header(self):
        region = oddities.GLOBAL_REGIONS.get(self.name)
        version = self.metadata["apiVersion"]
        return [self.name, self.source, version, region or "-", ",".join(self.aliases()) or "-"]

    def shape(self, name):
        return self.shapes[name]

    def kind(self, shape, with_shapes):
        """The mark of a shape's kind: a list says what it is of, a structure what it is called."""
        kind = KINDS[shape["type"]]
        if kind == "*":
            element = self.shape(shape["member"]["shape"])
            inner = KINDS[element["type"]]
            if inner == "{":
                inner = "{" + (shape["member"]["shape"] if with_shapes else "")
            return kind + inner
        return kind

    def member(self, name, reference, required, output):
        shape = self.shape(reference["shape"])
        text = ("!" if required else "") + (
            "-" if shape.get("sensitive") or reference.get("sensitive") else "")
        text += name
        wire = self.wire_name(name, reference, shape)
        if wire:
            text += "=" + wire
        mark = KINDS[shape["type"]]
        if mark == "*":
            mark += KINDS[self.shape(shape["member"]["shape"])["type"]]
        elif mark == "{" and output:
            mark += reference["shape"]
        elif mark == "" and output and "enum" in shape and re.search("Stat(e|us)$", name):
            mark = "'" + oddities.state(shape["enum"])
        return text + mark

    def wire_name(self, name, reference, shape):
        """The name on the wire where CloudTrail writes that one."""
        location = reference.get("locationName")
        if not self.has_wire_names or not location or location == name:
            return None
        if self.name == "ec2" and location == name[:1].lower() + name[1:]:
            return None
        if reference.get("location") == "querystring":
            return "&" + location
        return location

    def members(self, shape_name, output=False):
        shape = self.shape(shape_name)
        required = set(shape.get("required", []))
        return [
            self.member(name, reference, name in required, output)
            for name, reference in shape.get("members", {}).items()
        ]

    def lines(self):
        outputs = set()
        for name in sorted(self.operations):
            operation = self.operations[name]
            yield self.line(name, operation, outputs)
        for name in sorted(outputs):
            yield " ".join([".", name] + self.members(name, output=True))
        errors = self.renamed_errors()
        if errors:
            yield " ".join(["!"] + errors)

    def line(self, name, operation, outputs):
        event = oddities.event_name(self.name, name, operation)
        head = name if event == name else f"{name}={event}"
        reads = is_read_only(self.name, name, operation)
        parts = [head, "R" if reads else "W"]
        source = oddities.OTHER_SOURCES.get((self.name, name))
        if source:
            parts.append("@" + source)
        data = oddities.data_event(self.name, name)
        if data:
            parts.append("D" + data)
        if self.name in ("s3", "s3control"):
            literals = [
                part for part in operation["http"]["requestUri"].partition("?")[2].split("&") if part]
            parts += ["&" + literal for literal in literals]
        if self.is_ec2 and self.is_wrapped(operation):
            parts.append("^")
        if "input" in operation:
            members = self.members(operation["input"]["shape"])
            members = members + oddities.EXTRA_MEMBERS.get((self.name, name), [])
            if members:
                parts += ["<"] + members
        if "output" in operation and (not reads or name in oddities.ANSWERING_READS):
            shape_name = operation["output"]["shape"]
            members = self.members(shape_name, output=True)
            if members:
                parts += [">"] + members
                for reference in self.shape(shape_name).get("members", {}).values():
                    if self.shape(reference["shape"])["type"] == "structure":
                        outputs.add(reference["shape"])
        return " ".join(parts)

    def is_wrapped(self, operation):
        """EC2's younger operations wrap their parameters; the elder spell `dryRun` with a small letter."""
        members = self.shape(operation["input"]["shape"]).get("members", {}) if "input" in operation else {}
        return members.get("DryRun", {}).get("locationName") != "dryRun"

    def renamed_errors(self):
        """Errors whose code on the wire differs from the name that records carry."""
        result = []
        for name, shape in sorted(self.shapes.items()):
            code = shape.get("error", {}).get("code")
            if shape.get("exception") and code and code != name:
                result.append(f"{code}={name}")
        return result


def fold(text):
    return re.sub("[^a-z0-9-]", "", re.sub(r"^(amazon|aws)\s+", "", text.lower()).replace(" ", "-"))


def is_read_only(service, name, operation):
    """Whether CloudTrail calls the operation a read: what it contradicts, the model's trait, or the first word."""
    known = oddities.READ_ONLY.get((service, name))
    if known is not None:
        return known
    if operation.get("readonly"):
        return True
    return bool(oddities.READING_WORDS.match(name))


def measure_classes(services, path):
    right = wrong = 0
    misses = []
    current = None
    for line in open(path, encoding="utf-8"):
        fields = line.rstrip("\n").split("\t")
        if line.startswith("@"):
            current = services.get(fields[0][1:])
        elif current and fields[1] in "RLWTP":
            name = fields[0].partition("=")[0]
            operation = current.operations.get(name)
            if operation is None:
                continue
            if is_read_only(current.name, name, operation) == (fields[1] in "RL"):
                right += 1
            else:
                wrong += 1
                misses.append(f"{current.name}:{name}:{fields[1]}")
    print(f"readOnly against IAM's classes: {right} of {right + wrong} agree "
          f"({100 * right / (right + wrong):.2f} %)")
    return misses


def measure_records(services, path):
    seen = collections.defaultdict(collections.Counter)
    for line in gzip.open(path, "rt", encoding="utf-8"):
        try:
            record = json.loads(line)
        except ValueError:
            continue
        if isinstance(record.get("readOnly"), bool):
            seen[str(record.get("eventSource")), str(record.get("eventName"))][record["readOnly"]] += 1
    table = collections.defaultdict(set)
    for service in services.values():
        for name, operation in service.operations.items():
            for spelling in {name, oddities.event_name(service.name, name, operation)}:
                source = oddities.OTHER_SOURCES.get((service.name, name), service.source)
                table[source + ".amazonaws.com", spelling].add(
                    is_read_only(service.name, name, operation))
    for service, operations in oddities.EXTRA_OPERATIONS.items():
        for name, kind, _ in operations:
            table[oddities.EXTRA_SERVICES.get(service, service) + ".amazonaws.com", name].add(kind == "R")
    right, unknown, misses = 0, [], []
    for pair, counts in sorted(seen.items()):
        if pair not in table:
            unknown.append(":".join(pair))
        elif table[pair] == set(counts):
            right += 1
        else:
            misses.append(":".join(pair))
    print(f"readOnly against real records: {right} of {right + len(misses)} pairs agree; "
          f"{len(unknown)} pairs are no operation of the catalogue")
    return misses + ["unknown " + name for name in unknown]


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--classes")
    parser.add_argument("--records")
    parser.add_argument("--verbose", action="store_true")
    options = parser.parse_args()
    if botocore.__version__ != PINNED:
        sys.exit(f"botocore {PINNED} is wanted, this is {botocore.__version__}: "
                 f"pip install botocore=={PINNED}")
    loader = Loader()
    services = {
        name: Service(loader, name) for name in loader.list_available_services("service-2")}
    headers, sections = [], []
    order = [name for name in oddities.FIRST if name in services]
    order += sorted(name for name in services if name not in order)
    for name in order:
        service = services[name]
        lines = list(service.lines()) + [
            " ".join([operation, kind] + (["<"] + members.split() if members else []))
            for operation, kind, members in oddities.EXTRA_OPERATIONS.get(name, [])]
        headers.append(service.header())
        sections.append("\n".join(lines) + "\n")
    for name, source in sorted(oddities.EXTRA_SERVICES.items()):
        headers.append([name, source, "-", "-", "-"])
        sections.append("\n".join(
            " ".join([operation, kind] + (["<"] + members.split() if members else []))
            for operation, kind, members in oddities.EXTRA_OPERATIONS[name]) + "\n")
    # The sections follow the headers; a header ends with its section's place after them.
    text, offset = "", 0
    for header, section in zip(headers, sections):
        size = len(section.encode())
        text += " ".join(header + [str(offset), str(size)]) + "\n"
        offset += size
    text += "\n" + "".join(sections)
    path = pathlib.Path(__file__).parent / "catalogue.txt"
    path.write_text(text, encoding="utf-8")
    count = sum(len(service.operations) for service in services.values())
    print(f"{len(headers)} services, {count} operations, {len(text.encode())} bytes in {path.name}")
    misses = []
    if options.classes:
        misses += measure_classes(services, options.classes)
    if options.records:
        misses += measure_records(services, options.records)
    if options.verbose:
        print("\n".join(misses))


if __name__ == "__main__":
    main()
