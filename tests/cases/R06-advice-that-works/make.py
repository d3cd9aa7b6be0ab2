from pathlib import Path


def write(name, header, rows):
    Path(name).write_text(header + "\n" + "\n".join(rows) + "\n")


write("comma.csv", "x;z;y", [f"{i % 7},{i % 10};{i % 3},5;{'ab'[i % 2]}" for i in range(60)])
write("point.csv", "x;z;y", [f"{i % 7}.{i % 10};{i % 3}.5;{'ab'[i % 2]}" for i in range(60)])
write("hex.csv", "x,z,y", [f"0x{i * 37 + 16:X},{i % 3}.5,{'ab'[i % 2]}" for i in range(60)])
write("hex_bare.csv", "x,z,y", ["1F,1.5,a", "2A,0.5,b"])
write("money.csv", "x,z,y", [f"${i % 13}.25,{i % 5}.5,{'ab'[i % 2]}" for i in range(60)])
write("minus.csv", "x,z", ["-$5,1.5", "$3,2.5", "$1.5,-2.5"])
write("brackets.csv", "x,z", ["($5),1.5", "$3,2.5", "$1.5,(2.5)"])
write("half.csv", "x,z,y", [f"{i % 9}½,{i % 5}.5,{'ab'[i % 2]}" for i in range(60)])
write("power.csv", "x,z,y", [f"{i % 9 + 1}²,{i % 5}.5,{'ab'[i % 2]}" for i in range(60)])
write("fractions.csv", "x,z,y", [f"{i % 4 + 1}/{(2, 4, 8)[i % 3]},{i % 5}.5,{'ab'[i % 2]}" for i in range(60)])
