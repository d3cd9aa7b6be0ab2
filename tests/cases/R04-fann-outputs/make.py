from pathlib import Path

# Two inputs; three outputs that are numbers, and three of which one is 1.
numbers, classes = ["60 2 3"], ["60 2 3"]
for i in range(60):
    x, z = i * 0.37 % 5, i * 0.71 % 3
    numbers += [f"{x:.2f} {z:.2f}", f"{x + z:.2f} {x - z:.2f} {x * z:.3f}"]
    classes += [f"{x:.2f} {z:.2f}", " ".join("1" if i % 3 == k else "0" for k in range(3))]
Path("n.data").write_text("\n".join(numbers) + "\n")
Path("c.data").write_text("\n".join(classes) + "\n")
