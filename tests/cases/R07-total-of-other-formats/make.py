from pathlib import Path

rows = [(i % 7 + 1, i % 5 + 2) for i in range(40)]
rows.append(tuple(sum(column) for column in zip(*rows)))
head = "@relation t\n@attribute x numeric\n@attribute y numeric\n@data\n"
Path("t.arff").write_text(head + "".join(f"{x},{y}\n" for x, y in rows))
