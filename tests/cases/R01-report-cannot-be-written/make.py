from pathlib import Path

rows = [f"{i * 0.37 % 5:.2f},{i * 0.71 % 3:.2f},{'ab'[i % 2]}" for i in range(40)]
Path("t.csv").write_text("x,z,y\n" + "\n".join(rows) + "\n")
