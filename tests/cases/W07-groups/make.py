import random
import sys

sys.stdout = open("t.csv", "w")
random.seed(11)
print('patient,f1,f2,f3,y')
for p in range(60):
    c=[random.gauss(0,1) for _ in range(3)]; y=random.choice(['ill','well'])
    for k in range(10): print(f'P{p:02d},'+','.join(f'{v+random.gauss(0,.03):.4f}' for v in c)+f',{y}')
