#!/usr/bin/env python3
"""Writes the software bill of materials of the program as SPDX 2.3 JSON: the libraries compiled in or linked to it.

    tools/make_sbom.py --binary build/release/bin/chainrule --version 0.1.0 --output build/release/sbom.spdx.json

The program itself names its shared libraries (readelf). Header libraries are compiled in and leave no trace, so they
are listed below by the package of their headers. Versions are those of the packages on this machine. The same program
on the same machine gives the same bytes: the time is SOURCE_DATE_EPOCH, or that of the last commit.
"""
import argparse
import datetime
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parent.parent

# Header libraries: their code is in the program. Licences are those of the packages' copyright files.
HEADER_PACKAGES = ["libhwy-dev", "libcli11-dev", "nlohmann-json3-dev", "libfast-float-dev", "libfmt-dev", "zlib1g-dev"]
LIBRARIES = {  # Debian's source package -> name, SPDX licence
    "highway": ("highway", "Apache-2.0"),
    "cli11": ("CLI11", "BSD-3-Clause"),
    "nlohmann-json3": ("nlohmann-json", "MIT"),
    "fast-float": ("fast_float", "Apache-2.0 OR MIT"),
    "fmtlib": ("fmt", "MIT"),
    "zlib": ("zlib", "Zlib"),
    "xz-utils": ("liblzma", "LicenseRef-public-domain"),
    "libzstd": ("zstd", "BSD-3-Clause OR GPL-2.0-only"),
    "glibc": ("glibc", "LGPL-2.1-or-later"),
    "gcc": ("gcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
}
# Licences without an SPDX identifier, by the text of the package's copyright file.
OWN_LICENCES = {"LicenseRef-public-domain": "liblzma is in the public domain."}
NOT_STATED = "NOASSERTION"


def output_of(*command):
    """What a program prints; None when it is missing or fails."""
    try:
        return subprocess.run(command, check=True, capture_output=True, text=True,
                              env={**os.environ, "LC_ALL": "C"}).stdout
    except (OSError, subprocess.CalledProcessError):
        return None


def shared_libraries(binary):
    listing = output_of("readelf", "-d", str(binary))
    if listing is None:
        sys.exit(f"sbom: cannot read {binary} with readelf (package binutils)")
    return re.findall(r"\(NEEDED\).*\[(.+)\]", listing)


def package_of_library(library):
    """The Debian package that owns a shared library; None if dpkg does not know it."""
    owners = (output_of("dpkg-query", "-S", f"*/{library}") or "").splitlines()
    # Prefer the folder of this architecture.
    owners.sort(key=lambda line: f"/{os.uname().machine}-linux-gnu/" not in line)
    return owners[0].split(":")[0] if owners else None


def describe_package(package):
    """Version, source package and architecture of an installed Debian package; None for each if it is not installed."""
    fields = output_of("dpkg-query", "-W", "-f", "${Version}\t${source:Package}\t${Architecture}\n", package)
    return tuple(fields.splitlines()[0].split("\t")) if fields else (None, None, None)


def library_of(source):
    """Name and licence. The source packages of compilers contain their version: gcc-12."""
    return LIBRARIES.get(re.sub(r"^gcc-\d+$", "gcc", source or ""))


def identifier(text):
    return "SPDXRef-" + re.sub(r"[^A-Za-z0-9.-]+", "-", text)


def component(package, name_if_unknown):
    version, source, architecture = describe_package(package) if package else (None, None, None)
    name, licence = library_of(source) or (name_if_unknown, NOT_STATED)
    entry = {
        "SPDXID": identifier(package or name_if_unknown),
        "name": package or name,
        "versionInfo": version or NOT_STATED,
        "supplier": "Organization: Debian" if version else NOT_STATED,
        "downloadLocation": NOT_STATED,
        "filesAnalyzed": False,
        "licenseConcluded": licence,
        "licenseDeclared": licence,
        "copyrightText": NOT_STATED,
        "comment": f"{name}",
    }
    if version:
        escaped = version.replace(":", "%3A").replace("+", "%2B")
        entry["externalRefs"] = [{
            "referenceCategory": "PACKAGE-MANAGER",
            "referenceType": "purl",
            "referenceLocator": f"pkg:deb/debian/{package}@{escaped}?arch={architecture}",
        }]
    return entry


def creation_time():
    epoch = os.environ.get("SOURCE_DATE_EPOCH") or output_of("git", "-C", str(REPOSITORY), "log", "-1", "--format=%ct")
    moment = datetime.datetime.fromtimestamp(int(epoch or 0), datetime.timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def bill_of_materials(binary, version):
    digest = hashlib.sha256(binary.read_bytes()).hexdigest()
    program = {
        "SPDXID": "SPDXRef-chainrule",
        "name": "chainrule",
        "versionInfo": version,
        "supplier": NOT_STATED,
        "downloadLocation": NOT_STATED,
        "filesAnalyzed": False,
        "primaryPackagePurpose": "APPLICATION",
        "checksums": [{"algorithm": "SHA256", "checksumValue": digest}],
        "licenseConcluded": "Apache-2.0",
        "licenseDeclared": "Apache-2.0",
        "copyrightText": NOT_STATED,
    }
    packages, relationships = {}, []

    def add(entry, kind):
        packages.setdefault(entry["SPDXID"], entry)
        link = {"spdxElementId": "SPDXRef-chainrule", "relationshipType": kind, "relatedSpdxElement": entry["SPDXID"]}
        if link not in relationships:
            relationships.append(link)

    for package in HEADER_PACKAGES:
        add(component(package, package), "STATIC_LINK")
    for library in shared_libraries(binary):
        add(component(package_of_library(library), library), "DYNAMIC_LINK")
    used = sorted({entry["licenseDeclared"] for entry in packages.values()} & OWN_LICENCES.keys())
    bill = {
        "spdxVersion": "SPDX-2.3",
        "dataLicense": "CC0-1.0",
        "SPDXID": "SPDXRef-DOCUMENT",
        "name": f"chainrule-{version}",
        "documentNamespace": f"https://spdx.org/spdxdocs/chainrule-{version}-{digest}",
        "creationInfo": {"created": creation_time(), "creators": ["Tool: chainrule-make_sbom"]},
        "packages": [program] + sorted(packages.values(), key=lambda entry: entry["SPDXID"]),
        "relationships": [{"spdxElementId": "SPDXRef-DOCUMENT", "relationshipType": "DESCRIBES",
                           "relatedSpdxElement": "SPDXRef-chainrule"}] + relationships,
    }
    if used:
        bill["hasExtractedLicensingInfos"] = [
            {"licenseId": licence, "extractedText": OWN_LICENCES[licence]} for licence in used]
    return bill


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--binary", type=Path, required=True)
    parser.add_argument("--version", required=True)
    parser.add_argument("--output", type=Path, required=True)
    arguments = parser.parse_args()
    bill = bill_of_materials(arguments.binary, arguments.version)
    temporary = arguments.output.with_name(arguments.output.name + ".new")
    temporary.write_text(json.dumps(bill, indent=2) + "\n")
    temporary.replace(arguments.output)


if __name__ == "__main__":
    main()
