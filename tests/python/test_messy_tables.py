#!/usr/bin/env python3
"""Tables as people have them: each is read right, or noted, or refused with an advice that works.

    test_messy_tables.py --binary build/release/bin/chainrule            checks all files
    test_messy_tables.py --binary ... --write docs/data.md               also writes the counts into the page
    test_messy_tables.py --binary ... --only trailing                    only files whose names contain a word

Each file spoils the same small table (or one of a few variants) in one way: by the kinds of pollution that surveys of
CSV files in the wild report (a preamble, a footer, extra or missing delimiters, foreign quotes, several header rows,
encodings, number formats, ...). What is right is known from how the file was made, never from what the program prints.
`data describe --json` must then report the table, or a note that names the doubt, or an error; an option that the
error or the note advises is followed, and must give the right table.
"""

import argparse
import collections
import gzip
import json
import math
import re
import shlex
import subprocess
import sys
import tempfile
from pathlib import Path

NAMES = ["city", "weight", "age", "grade"]
CITIES = ["Oslo", "Lima", "Cairo", "Kyoto"]


def base_rows():
    """24 rows: a word, a number with decimals, a whole number, a class."""
    rows = []
    for r in range(24):
        weight = 50.25 + (r * 37 % 101) * 0.75
        age = 18 + r * 29 % 47
        rows.append([CITIES[r * 7 % 4], f"{weight:.2f}", str(age), "pass" if (r * 5 % 7) < 4 else "fail"])
    return rows


ROWS = base_rows()


def text_of(rows, header=NAMES, delimiter=",", end="\n", last_end=True):
    lines = ([delimiter.join(header)] if header else []) + [delimiter.join(row) for row in rows]
    return end.join(lines) + (end if last_end else "")


def column(kind, cells):
    """What `data describe` reports about these cells: None is a missing one."""
    present = [cell for cell in cells if cell is not None]
    if kind == "numeric":
        numbers = [float(cell) for cell in present]
        return {
            "kind": kind,
            "missing": len(cells) - len(present),
            "minimum": min(numbers),
            "maximum": max(numbers),
            "mean": math.fsum(numbers) / len(numbers),
        }
    return {"kind": kind, "missing": len(cells) - len(present), "words": dict(collections.Counter(present))}


def expected(rows=ROWS, names=NAMES, kinds=("category", "numeric", "numeric", "category")):
    return {
        "rows": len(rows),
        "columns": {name: column(kind, [row[c] for row in rows]) for c, (name, kind) in enumerate(zip(names, kinds))},
    }


def is_as_expected(found, want):
    """Nothing, or what differs. Columns that only count the rows (an index) may stand beside the wanted ones."""
    if found["rows"] != want["rows"]:
        return f"{found['rows']} rows instead of {want['rows']}"
    by_name = {c["name"]: c for c in found["columns"]}
    for name, column in want["columns"].items():
        if name not in by_name:
            return f"no column {name!r} among {list(by_name)}"
        got = by_name[name]
        for key in ("kind", "missing"):
            if got[key] != column[key]:
                return f"{name}: {key} {got[key]!r} instead of {column[key]!r}"
        if column["kind"] == "numeric":
            for key in ("minimum", "maximum", "mean"):
                if not math.isclose(got[key], column[key], rel_tol=1e-9, abs_tol=1e-12):
                    return f"{name}: {key} {got[key]} instead of {column[key]}"
        else:
            words = {w["word"]: w["rows"] for w in got["most_common"]}
            listed = dict(sorted(column["words"].items(), key=lambda item: -item[1])[: len(words)])
            if sorted(words.values()) != sorted(listed.values()) or not set(words) <= set(column["words"]):
                return f"{name}: words {words} instead of {column['words']}"
    # Delimiters at the start or the end of the rows make a column without a single cell, which is harmless.
    empty = {name for name, got in by_name.items() if got["missing"] == found["rows"]}
    extra = set(by_name) - set(want["columns"]) - want.get("may_also_have", set()) - empty
    return f"also a column {sorted(extra)}" if extra else ""


FILES = []


def add(group, name, content, want=None, compressed=False, index=()):
    content = content.encode() if isinstance(content, str) else content
    want = dict(want or expected())
    want["may_also_have"] = set(index)
    FILES.append((group, name, gzip.compress(content, mtime=0) if compressed else content, want))


def with_cells(spoil, c):
    """The rows with column c spelled by a function."""
    return [[spoil(cell) if k == c else cell for k, cell in enumerate(row)] for row in ROWS]


def quoted(rows, sign='"'):
    return [[sign + cell + sign for cell in row] for row in rows]


def add_dialects():
    for name, sign in [("semicolon", ";"), ("tab", "\t"), ("bar", "|")]:
        add("delimiter", name, text_of(ROWS, delimiter=sign))
    add("delimiter", "comma-and-blank", text_of(ROWS, delimiter=", "))
    add("delimiter", "blanks", text_of(ROWS, delimiter=" "))
    add("delimiter", "runs-of-blanks", "".join(f"  {a:<10}{b:>9}   {c:>4} {d}\n" for a, b, c, d in [NAMES] + ROWS))
    add("delimiter", "tabs-and-blanks", text_of(ROWS, delimiter=" \t"))
    add("delimiter", "sep-line", "sep=;\n" + text_of(ROWS, delimiter=";"))
    add("delimiter", "colon", text_of(ROWS, delimiter=":"))
    add("delimiter", "unit-separator", text_of(ROWS, delimiter="\x1f"))
    add("delimiter", "markdown", "".join(f"| {' | '.join(row)} |\n" for row in [NAMES, ["---"] * 4, *ROWS]))
    add("delimiter", "markdown-without-edges", text_of([["---", ":--:", "---", "--:"], *ROWS], delimiter=" | "))
    add("delimiter", "caret", text_of(ROWS, delimiter="^"))
    add("delimiter", "tilde", text_of(ROWS, delimiter="~"))
    words = [[f"{row[0]}; north, side" if r % 3 else row[0], *row[1:]] for r, row in enumerate(ROWS)]
    add("delimiter", "tab-with-commas-in-words", text_of(words, delimiter="\t"), expected(words))
    add("line ends", "crlf", text_of(ROWS, end="\r\n"))
    add("line ends", "cr", text_of(ROWS, end="\r"))
    add("line ends", "none-at-the-end", text_of(ROWS, last_end=False))
    lines = text_of(ROWS).splitlines()
    add("line ends", "mixed", "".join(line + ("\r\n", "\n")[k % 2] for k, line in enumerate(lines)))
    add("line ends", "blank-lines", "\n\n" + "\n\n".join(lines) + "\n\n\n")
    add("line ends", "blanks-only-lines", "\n   \n".join(lines) + "\n \n")
    add("quotes", "all-quoted", text_of(quoted(ROWS), header=[f'"{n}"' for n in NAMES]))
    add("quotes", "single-quotes", text_of(quoted(ROWS, "'"), header=[f"'{n}'" for n in NAMES]))
    comma = [[row[0] + ", port" if r % 2 else row[0], *row[1:]] for r, row in enumerate(ROWS)]
    add(
        "quotes",
        "single-quotes-around-commas",
        text_of([[f"'{row[0]}'" if "," in row[0] else row[0], *row[1:]] for row in comma]),
        expected(comma),
    )
    said = [['the "old" ' + row[0] if r % 4 == 0 else row[0], *row[1:]] for r, row in enumerate(ROWS)]
    add(
        "quotes",
        "doubled",
        text_of([['"' + row[0].replace('"', '""') + '"', *row[1:]] for row in said]),
        expected(said),
    )
    add(
        "quotes",
        "backslash",
        text_of([['"' + row[0].replace('"', '\\"') + '"', *row[1:]] for row in said]),
        expected(said),
    )
    lines = text_of(ROWS).splitlines()
    lines[9] = '"' + lines[9]
    add(
        "quotes",
        "one-never-closed",
        "\n".join(lines) + "\n",
        expected([['"' + r[0], *r[1:]] if k == 8 else r for k, r in enumerate(ROWS)]),
    )
    inner = [[row[0] + ' 5"' if r == 7 else row[0], *row[1:]] for r, row in enumerate(ROWS)]
    add("quotes", "inch-sign", text_of(inner), expected(inner))
    add(
        "quotes",
        "line-break-inside",
        text_of([[f'"{row[0]}\n(centre)"' if r == 5 else row[0], *row[1:]] for r, row in enumerate(ROWS)]),
        expected([[row[0] + "\n(centre)" if r == 5 else row[0], *row[1:]] for r, row in enumerate(ROWS)]),
    )


def add_first_and_last_lines():
    add("preamble", "title-line", "Results of the spring survey\n" + text_of(ROWS))
    add("preamble", "title-and-blank-line", "Results of the spring survey\n\n" + text_of(ROWS))
    add("preamble", "three-title-lines", "Survey 2024\nInstitute of Weights\nAll rights reserved\n" + text_of(ROWS))
    add("preamble", "title-with-delimiters", "Survey 2024,,,\n" + text_of(ROWS))
    add("preamble", "title-as-wide-as-the-table", "Report,sales,2020,final\n" + text_of(ROWS))
    add("preamble", "key-and-value-lines", "date,2024-05-01\nauthor,Ada\n" + text_of(ROWS))
    add("preamble", "hash-comments", "# made by a logger\n# unit: kg\n" + text_of(ROWS))
    add("preamble", "percent-comments", "% made by a logger\n" + text_of(ROWS))
    add("preamble", "comment-in-the-middle", text_of(ROWS[:12]) + "# second day\n" + text_of(ROWS[12:], header=None))
    add("header", "units-row", ",".join(NAMES) + "\n,kg,years,\n" + text_of(ROWS, header=None))
    add("header", "two-rows", "person,body,person,result\n" + text_of(ROWS))
    add(
        "header",
        "numbers-as-names",
        text_of(ROWS, header=["city", "2019", "2020", "grade"]),
        expected(names=["city", "2019", "2020", "grade"]),
    )
    years = [[row[1], row[2], row[3]] for row in ROWS]
    add(
        "header",
        "years-and-a-word",
        text_of(years, header=["2019", "2020", "grade"]),
        expected(years, ["2019", "2020", "grade"], ("numeric", "numeric", "category")),
    )
    words = [[row[0], row[3]] for row in ROWS]
    add(
        "header",
        "words-over-words",
        text_of(words, header=["city", "grade"]),
        expected(words, ["city", "grade"], ("category", "category")),
    )
    add("header", "repeated-in-the-middle", text_of(ROWS[:10]) + text_of(ROWS[10:]))
    add(
        "header",
        "repeated-in-a-table-of-words",
        text_of(words[:10], header=["city", "grade"]) + text_of(words[10:], header=["city", "grade"]),
        expected(words, ["city", "grade"], ("category", "category")),
    )
    add(
        "header",
        "same-name-twice",
        text_of(ROWS, header=["city", "weight", "weight", "grade"]),
        expected(names=["city", "weight", "weight_3", "grade"]),
    )
    add(
        "header",
        "empty-name",
        text_of(ROWS, header=["city", "", "age", "grade"]),
        expected(names=["city", "column_2", "age", "grade"]),
    )
    add("header", "none", text_of(ROWS, header=None), expected(names=[f"column_{c}" for c in range(1, 5)]))
    add("header", "blanks-around-names", text_of(ROWS, header=[f"  {n} " for n in NAMES]))
    add(
        "index",
        "nameless-first-column",
        text_of([[str(r), *row] for r, row in enumerate(ROWS)], header=["", *NAMES]),
        index=("Unnamed: 0",),
    )
    add(
        "index",
        "header-one-name-shorter",
        text_of([[str(r + 1), *row] for r, row in enumerate(ROWS)]),
        index=("Unnamed: 0",),
    )
    add(
        "index",
        "unnamed-0",
        text_of([[str(r), *row] for r, row in enumerate(ROWS)], header=["Unnamed: 0", *NAMES]),
        index=("Unnamed: 0",),
    )
    total = ["Total", f"{sum(float(r[1]) for r in ROWS):.2f}", str(sum(int(r[2]) for r in ROWS)), ""]
    mean = ["Average", f"{sum(float(r[1]) for r in ROWS) / 24:.4f}", f"{sum(int(r[2]) for r in ROWS) / 24:.4f}", ""]
    add("footer", "total-row", text_of([*ROWS, total]))
    add("footer", "average-row", text_of([*ROWS, mean]))
    add("footer", "total-and-average-rows", text_of([*ROWS, total, mean]))
    add("footer", "source-line-of-cells", text_of([*ROWS, ["Source: ministry", "2020", "final", "pass"]]))
    add("footer", "source-line", text_of(ROWS) + "Source: Institute of Weights\n")
    add("footer", "source-line-after-blank", text_of(ROWS) + "\nSource: Institute of Weights, 2024\n")
    add("footer", "row-count", text_of(ROWS) + "(24 rows affected)\n")


def add_rows():
    lines = text_of(ROWS).splitlines()
    add("delimiters in rows", "at-the-end-of-all", "\n".join(line + "," for line in lines) + "\n")
    add(
        "delimiters in rows",
        "at-the-end-of-data-rows",
        "\n".join([lines[0]] + [line + "," for line in lines[1:]]) + "\n",
    )
    add("delimiters in rows", "two-at-the-end-of-all", "\n".join(line + ",," for line in lines) + "\n")
    add(
        "delimiters in rows",
        "one-extra-at-the-end",
        "\n".join(line + ("," if k == 6 else "") for k, line in enumerate(lines)) + "\n",
    )
    add(
        "delimiters in rows",
        "at-the-start-of-all",
        "\n".join("," + line for line in lines) + "\n",
        index=("Unnamed: 0",),
    )
    spoiled = list(lines)
    spoiled[5] = spoiled[5].rsplit(",", 1)[0]
    add(
        "delimiters in rows",
        "one-row-too-short",
        "\n".join(spoiled) + "\n",
        expected([[*r[:3], None] if k == 4 else r for k, r in enumerate(ROWS)]),
    )
    spoiled = list(lines)
    spoiled[5] = spoiled[5].replace(",", ",,", 1)
    add(
        "delimiters in rows",
        "one-row-too-long",
        "\n".join(spoiled) + "\n",
        expected([r for k, r in enumerate(ROWS) if k != 4]),
    )
    spoiled = list(lines)
    spoiled[5] = spoiled[5].replace(",", ";")
    add(
        "delimiters in rows",
        "another-in-one-row",
        "\n".join(spoiled) + "\n",
        expected([r for k, r in enumerate(ROWS) if k != 4]),
    )
    gaps = [[cell if (r + c) % 9 else None for c, cell in enumerate(row)] for r, row in enumerate(ROWS)]
    for name, word in [
        ("empty", ""),
        ("NA", "NA"),
        ("hash-NA", "#N/A"),
        ("dash-nan", "-nan"),
        ("question", "?"),
        ("none", "none"),
        ("null", "NULL"),
        ("angle-NA", "<NA>"),
    ]:
        add(
            "missing cells",
            name,
            text_of([[word if cell is None else cell for cell in row] for row in gaps]),
            expected(gaps),
        )
    add(
        "missing cells",
        "dash",
        text_of([["-" if cell is None else cell for cell in row] for row in gaps]),
        expected(gaps),
    )
    number = [[cell if c != 1 or r != 11 else "unknown" for c, cell in enumerate(row)] for r, row in enumerate(ROWS)]
    add(
        "missing cells",
        "one-word-among-numbers",
        text_of(number),
        expected([[None if cell == "unknown" else cell for cell in row] for row in number]),
    )


def add_numbers():
    def weights(spell, delimiter=",", header=NAMES):
        return text_of([[a, spell(b), c, d] for a, b, c, d in ROWS], header, delimiter)

    big = [[a, f"{float(b) * 1000:.2f}", c, d] for a, b, c, d in ROWS]

    def grouped(cell, group, point):
        whole, fraction = cell.split(".")
        return f"{int(whole):,}".replace(",", group) + (point + fraction if point else "")

    def large(group, point, delimiter=",", quote=""):
        return text_of([[a, quote + grouped(b, group, point) + quote, c, d] for a, b, c, d in big], delimiter=delimiter)

    add("numbers", "decimal-comma-semicolon", weights(lambda b: b.replace(".", ","), ";"))
    add("numbers", "decimal-comma-tab", weights(lambda b: b.replace(".", ","), "\t"))
    add("numbers", "decimal-comma-quoted", weights(lambda b: '"' + b.replace(".", ",") + '"'))
    add("numbers", "decimal-comma-quoted-euro", weights(lambda b: '"' + b.replace(".", ",") + ' €"'))
    add("numbers", "thousands-comma", large(",", ".", quote='"'), expected(big))
    add("numbers", "thousands-point", large(".", ",", delimiter=";"), expected(big))
    add("numbers", "thousands-blank", large(" ", "."), expected(big))
    add("numbers", "thousands-apostrophe", large("'", "."), expected(big))
    add("numbers", "thousands-no-break-blank", large("\u00a0", ",", delimiter=";"), expected(big))
    add("numbers", "unit", weights(lambda b: b + " kg"))
    add("numbers", "unit-without-blank", weights(lambda b: b + "kg"))
    add("numbers", "percent", weights(lambda b: b + "%"))
    add("numbers", "dollar", weights(lambda b: "$" + b))
    add("numbers", "euro-behind", weights(lambda b: b + " €"))
    add("numbers", "currency-word", weights(lambda b: "EUR " + b))
    negative = [[a, f"{-float(b):.2f}" if r % 5 == 0 else b, c, d] for r, (a, b, c, d) in enumerate(ROWS)]
    add(
        "numbers",
        "unicode-minus",
        text_of(with_cells(lambda b: b, 0) and [[a, b.replace("-", "\u2212"), c, d] for a, b, c, d in negative]),
        expected(negative),
    )
    accounting = [[a, f"({b[1:]})" if b.startswith("-") else b, c, d] for a, b, c, d in negative]
    add("numbers", "accountants-parentheses", text_of(accounting), expected(negative))
    add("numbers", "no-break-blanks-around", weights(lambda b: "\u00a0" + b + "\u00a0"))
    add("numbers", "zero-width-blank", weights(lambda b: "\u200b" + b))
    add(
        "numbers",
        "full-width-digits",
        weights(lambda b: "".join(chr(ord(x) + 0xFEE0) if x.isdigit() else x for x in b)),
    )
    add("numbers", "fortran-exponent", weights(lambda b: f"{float(b) / 10:.3f}D+01"))
    add(
        "numbers",
        "underscores",
        text_of([[a, f"{int(float(b) * 100):_}", c, d] for a, b, c, d in ROWS]),
        expected([[a, str(int(float(b) * 100)), c, d] for a, b, c, d in ROWS]),
    )
    zips = [[f"{(r * 7 % 5) + 1:05d}", *row[1:]] for r, row in enumerate(ROWS)]
    add("numbers", "leading-zeros", text_of(zips), expected(zips))


def add_encodings():
    accents = [
        [{"Oslo": "Tromsø", "Lima": "Cusco", "Cairo": "Qâhira", "Kyoto": "Kyōto"}[a], b, c, d] for a, b, c, d in ROWS
    ]
    latin = [[a.replace("ō", "o"), b, c, d] for a, b, c, d in accents]
    add("encoding", "utf-8", text_of(accents), expected(accents))
    add("encoding", "utf-8-mark", b"\xef\xbb\xbf" + text_of(accents).encode(), expected(accents))
    add("encoding", "two-utf-8-marks", b"\xef\xbb\xbf\xef\xbb\xbf" + text_of(accents).encode(), expected(accents))
    add("encoding", "utf-16", text_of(accents).encode("utf-16"), expected(accents))
    add("encoding", "latin-1", text_of(latin).encode("latin-1"), expected(latin))
    chinese = [[{"Oslo": "北京", "Lima": "上海", "Cairo": "广州", "Kyoto": "深圳"}[a], b, c, d] for a, b, c, d in ROWS]
    add("encoding", "gb18030", text_of(chinese).encode("gb18030"), expected(chinese))
    for name, code, cities in [
        ("windows-1252-signs", "cp1252", ["O’Hare €5", "“Lima”", "Cairo", "Kyoto"]),
        ("mac-roman", "mac_roman", ["Malmö", "Orléans", "München", "Gävle"]),
        ("cp850", "cp850", ["Malmö", "Orléans", "München", "Gävle"]),
        ("half-width-kana", "shift_jis", ["ｵｽﾛ", "ﾘﾏ", "ｶｲﾛ", "ｷｮｳﾄ"]),
        ("euc-jp", "euc_jp", ["オスロ", "リマ", "カイロ", "京都"]),
        ("cp866", "cp866", ["Осло", "Лима", "Каир", "Киото"]),
        ("koi8-r", "koi8_r", ["Осло", "Лима", "Каир", "Киото"]),
        ("iso-2022-jp", "iso2022_jp", ["オスロ", "リマ", "カイロ", "京都"]),
    ]:
        rows = [[cities[CITIES.index(a)], b, c, d] for a, b, c, d in ROWS]
        add("encoding", name, text_of(rows).encode(code), expected(rows))
    add("encoding", "gzip", text_of(ROWS), compressed=True)
    add("encoding", "form-feed-at-a-line", text_of(ROWS[:12]) + "\f" + text_of(ROWS[12:], header=None))
    add(
        "encoding",
        "nul-byte",
        text_of(ROWS).replace("Oslo", "Os\0lo", 1),
        expected([["Os\ufffdlo" if k == 0 else r[0], *r[1:]] for k, r in enumerate(ROWS)]),
    )


def advised_options(words):
    """The options that a text advises: --decimal comma, --skip 1, --lenient ..."""
    # `words` is what stands after "try:" or in a note; an option's value is the word after it unless it is prose.
    found = []
    for match in re.finditer(r"--[a-z][a-z-]*(?:[ =](?:\"[^\"]*\"|'[^']*'|[^\s,;()]+))?", words):
        try:
            parts = shlex.split(match.group(0).replace("=", " ", 0))
        except ValueError:
            continue
        found.append(parts)
    return found


VALUE_FREE = {"--lenient"}


def trials(words):
    seen = []
    for parts in advised_options(words):
        option = parts[:1] if parts[0] in VALUE_FREE else parts
        if option not in seen:
            seen.append(option)
    if len(seen) > 1:
        seen.append([part for option in seen for part in option])
    return seen


def describe(binary, path, options=()):
    result = subprocess.run(
        [binary, "data", "describe", str(path), "--json", *options], capture_output=True, timeout=120, check=False
    )
    return result.returncode, result.stdout.decode(errors="replace"), result.stderr.decode(errors="replace")


def texts_in(value):
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        value = value.values()
    return (
        [text for item in value for text in texts_in(item)]
        if not isinstance(value, (int, float, bool, type(None)))
        else []
    )


def judge(binary, path, want):
    """(verdict, detail): read, noted, advice, converted, refused, wrong or bad advice."""
    code, out, error = describe(binary, path)
    if code == 0:
        found = json.loads(out)
        difference = is_as_expected(found, want)
        if not difference:
            return "read", ""
        notes = " ".join(texts_in(found.get("notes", [])) + texts_in((found.get("schema") or {}).get("notes", [])))
        for option in trials(notes):
            code, out, _ = describe(binary, path, option)
            if code == 0 and not is_as_expected(json.loads(out), want):
                return "noted", " ".join(option)
        return "wrong", f"{difference}; notes: {notes[:300]}"
    if code not in (2, 3) and code != 1:
        return "wrong", f"exit code {code}: {error[:300]}"
    advice = error[error.find("try:") :] if "try:" in error else error
    detail = ""
    for option in trials(advice):
        code, out, option_error = describe(binary, path, option)
        if code == 0:
            difference = is_as_expected(json.loads(out), want)
            if not difference:
                return "advice", " ".join(option)
            detail += f" [{' '.join(option)}: {difference}]"
        else:
            detail += f" [{' '.join(option)}: {' '.join(option_error.split())[:120]}]"
            for second in trials(option_error[option_error.find("try:") :] if "try:" in option_error else ""):
                code, out, _ = describe(binary, path, [*option, *second])
                if code == 0 and not is_as_expected(json.loads(out), want):
                    return "advice", " ".join([*option, *second])
    command = re.search(r"(iconv -f [A-Za-z0-9_-]+ -t UTF-8|sed( -e '[^']*')+|tr '[^']*' '[^']*')", advice)
    if command:
        converted = path.with_suffix(".utf8")
        with path.open("rb") as source:
            done = subprocess.run(shlex.split(command.group(0)), stdin=source, capture_output=True, check=False)
        converted.write_bytes(done.stdout)
        code, out, _ = describe(binary, converted)
        if done.returncode == 0 and code == 0 and not is_as_expected(json.loads(out), want):
            return "converted", command.group(0)
        detail += f" [{command.group(0)}: not right]"
    if detail:
        return "bad advice", " ".join(error.split())[:400] + detail
    return "refused", " ".join(error.split())[:400]


def page(results):
    """The table of counts for docs/data.md."""
    groups = collections.OrderedDict()
    for (group, _, _, _), (verdict, _) in results:
        groups.setdefault(group, collections.Counter())[verdict] += 1
    lines = [
        "| kind of file | files | read as they are | right when the advice is followed | refused | silently wrong |",
        "|---|---|---|---|---|---|",
    ]
    total = collections.Counter()
    for group, counts in groups.items():
        total.update(counts)
        lines.append(row_of(group, counts))
    lines.append(row_of("all", total))
    return "\n".join(lines) + "\n"


def row_of(name, counts):
    followed = counts["noted"] + counts["advice"] + counts["converted"]
    return (
        f"| {name} | {sum(counts.values())} | {counts['read']} | {followed} | "
        f"{counts['refused'] + counts['bad advice']} | {counts['wrong']} |"
    )


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--binary", required=True)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--only", default="")
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    for maker in (add_dialects, add_first_and_last_lines, add_rows, add_numbers, add_encodings):
        maker()
    binary = str(Path(arguments.binary).resolve())
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for file in FILES:
            group, name, content, want = file
            if arguments.only not in f"{group}/{name}":
                continue
            path = Path(folder) / (re.sub(r"\W+", "-", f"{group}-{name}") + ".csv")
            path.write_bytes(content)
            result = judge(binary, path, want)
            results.append((file, result))
            if arguments.verbose or result[0] in ("wrong", "bad advice", "refused"):
                print(f"{result[0]:<11}{group}/{name}: {result[1]}")
    counts = collections.Counter(verdict for _, (verdict, _) in results)
    right = counts["read"] + counts["noted"] + counts["advice"] + counts["converted"]
    print(f"{len(results)} files: {dict(counts)}; {right} right")
    if arguments.write:
        text = arguments.write.read_text(encoding="utf-8")
        begin, end = "<!-- messy tables: begin -->\n", "<!-- messy tables: end -->"
        head, rest = text.split(begin)
        arguments.write.write_text(head + begin + page(results) + end + rest.split(end)[1], encoding="utf-8")
    if (
        counts["wrong"]
        or counts["bad advice"]
        or 10 * right < 8 * len(results)
        or (not arguments.only and len(results) < 60)
    ):
        sys.exit(1)


if __name__ == "__main__":
    main()
