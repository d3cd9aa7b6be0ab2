import random
import sys

sys.stdout = open("t.csv", "w")
random.seed(5)
R=[','.join(f'{random.gauss(0,1):.4f}' for _ in range(3))+','+random.choice('ab') for _ in range(80)]
L=R*10; random.shuffle(L)
print('f1,f2,f3,y'); print('\n'.join(L))
