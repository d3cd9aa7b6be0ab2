from pathlib import Path

words, numbers = ["x,z,out,mood"], ["x,z,out,mood"]
for i in range(80):
    x, z = i * 0.37 % 5, i * 0.71 % 3
    words.append(f"{x:.2f},{z:.2f},{'dead' if x > 2.5 else 'alive'},{'well' if z > 1.5 else 'ill'}")
    numbers.append(f"{x:.2f},{z:.2f},{int(x > 2.5)},{int(z > 1.5)}")
Path("t.csv").write_text("\n".join(words) + "\n")
Path("n.csv").write_text("\n".join(numbers) + "\n")
