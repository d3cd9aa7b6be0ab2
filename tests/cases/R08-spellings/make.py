from pathlib import Path


def write(name, header, rows):
    Path(name).write_text(header + "\n" + "\n".join(rows) + "\n")


# One plain number among hexadecimal ones, in the middle and in front.
cells = [f"0x{i * 37 + 16:X}" for i in range(300)]
write("hex.csv", "x,y", [f"{'12' if i == 200 else c},{i % 7}.5" for i, c in enumerate(cells)])
write("hex_first.csv", "x,y", [f"{'12' if i == 0 else c},{i % 7}.5" for i, c in enumerate(cells)])
names = ["Smith", "Null", "Jones", "Lee"]
write("null.csv", "surname,x,y", [f"{names[i % 4]},{i * 0.7 % 3:.2f},{'ab'[i % 2]}" for i in range(80)])
cafes = ["caf\u00e9", "cafe\u0301", "bar"]
write("cafe.csv", "place,x,y", [f"{cafes[i % 3]},{i * 0.7 % 3:.2f},{'ab'[i % 2]}" for i in range(80)])
Path("lone.json").write_text("".join('{"w": "\\ud800", "x": %d, "y": %d}\n' % (i % 7, i % 2) for i in range(40)))
Path("pair.json").write_text(
    "".join('{"w": "\\ud83d\\ude0%d", "x": %d, "y": %d}\n' % (i % 2, i % 7, i % 2) for i in range(40)))
