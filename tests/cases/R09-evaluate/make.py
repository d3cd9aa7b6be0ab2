from pathlib import Path

rows = [f"{i * 0.37 % 5:.2f},{i * 0.71 % 3:.2f}" for i in range(60)]
Path("c.csv").write_text("x,z,y\n" + "".join(f"{r},{i % 2}\n" for i, r in enumerate(rows)))
Path("named.csv").write_text("x,z,y\n" + "".join(f"{r},{('no', 'yes')[i % 2]}\n" for i, r in enumerate(rows)))
Path("n.csv").write_text("x,z,y\n" + "".join(f"{r},{i * 0.91 % 4:.2f}\n" for i, r in enumerate(rows)))
Path("one.csv").write_text("x,z,y\n1.5,2.5,3.5\n")
Path("same.csv").write_text("x,z,y\n1.5,2.5,3.5\n2.5,0.5,3.5\n")
