from pathlib import Path


def write(name, first, features=4):
    lines = []
    for i in range(60):
        cells = " ".join(f"{first + k}:{(i * (k + 1) * 0.37) % 5 + 0.1:.2f}" for k in range(features))
        lines.append(f"{i % 2} {cells}")
    Path(name).write_text("\n".join(lines) + "\n")


write("from0.svm", 0)
write("from1.svm", 1)
write("more.svm", 1, 6)
