from pathlib import Path

# 60 rows of measurements, five times each, with a number for every row; and three digits, equal by chance.
rows = [f"{n},{n % 60 * 0.371 % 5:.3f},{n % 60 * 0.713 % 3:.3f},{'ab'[n % 2]}" for n in range(300)]
Path("t.csv").write_text("number,x,z,y\n" + "\n".join(rows) + "\n")
Path("few.csv").write_text("a,b,y\n" + "".join(f"{n % 3},{n // 3 % 3},{n % 9 % 2}\n" for n in range(200)))
