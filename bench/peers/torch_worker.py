"""PyTorch on the processor, in one of two settings (--setting):

  eager      the loop that its tutorials show: forward, backward(), optimizer.step()
  compiled   gradient and update as one function through torch.func.grad and torch.compile: fewer calls from Python
             and therefore much faster on small networks

Rows of an epoch: torch.randperm, then one index_select per batch (a DataLoader is many times slower)."""

from worker import arguments, random_classes, refuse, serve

options = arguments(settings=("eager", "compiled"))

import torch
from torch import nn

torch.set_num_threads(options.threads)
torch.set_num_interop_threads(1)
torch.manual_seed(1)

x, y = (torch.from_numpy(a) for a in random_classes(options))
batch = options.batch_size
compiled = options.setting == "compiled"


def lower_precision():
    return torch.autocast("cpu", torch.bfloat16, enabled=options.precision == "bf16")


def make_network():
    layers = []
    for inputs, outputs in zip(options.layers[:-2], options.layers[1:-1]):
        layers += [nn.Linear(inputs, outputs), nn.ReLU() if options.activation == "relu" else nn.Tanh()]
        if options.dropout:
            layers.append(nn.Dropout(options.dropout))
    return nn.Sequential(*layers, nn.Linear(*options.layers[-2:]))


def batches():
    return torch.randperm(len(x)).split(batch)


def eager_epoch(fused):
    network = make_network()
    rule = torch.optim.SGD if options.optimizer == "gradient_descent" else torch.optim.Adam
    optimizer = rule(network.parameters(), lr=0.01, fused=fused)
    loss_function = nn.CrossEntropyLoss()

    def epoch():
        for rows in batches():
            with lower_precision():
                loss = loss_function(network(x.index_select(0, rows)), y.index_select(0, rows))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            optimizer.step()

    return epoch


def compiled_epoch():
    network = make_network()
    parameters = {name: p.detach().clone() for name, p in network.named_parameters()}
    m = {name: torch.zeros_like(p) for name, p in parameters.items()}
    v = {name: torch.zeros_like(p) for name, p in parameters.items()}
    count = torch.zeros(())

    def loss_of(parameters, rows):
        with lower_precision():
            z = torch.func.functional_call(network, parameters, (x.index_select(0, rows),))
            return nn.functional.cross_entropy(z, y.index_select(0, rows))

    gradient_of = torch.func.grad(loss_of)

    @torch.compile
    def step(parameters, m, v, count, rows):
        gradient = gradient_of(parameters, rows)
        if options.optimizer == "gradient_descent":
            for name, p in parameters.items():
                p.sub_(gradient[name], alpha=0.01)
            return
        count.add_(1)
        rate = 0.01 * torch.sqrt(1 - 0.999**count) / (1 - 0.9**count)
        for name, p in parameters.items():
            m[name].mul_(0.9).add_(gradient[name], alpha=0.1)
            v[name].mul_(0.999).addcmul_(gradient[name], gradient[name], value=0.001)
            p.sub_(rate * m[name] / (v[name].sqrt() + 1e-8))

    def epoch():
        with torch.no_grad():
            for rows in batches():
                step(parameters, m, v, count, rows)

    return epoch


def prediction():
    network = nn.Sequential(make_network(), nn.Softmax(dim=1)).eval()
    if compiled:
        network = torch.compile(network)

    def predict():
        with torch.inference_mode(), lower_precision():
            return network(x)

    return predict


name = "PyTorch, compiled" if compiled else "PyTorch"
steps = -(-len(x) // batch)
if options.work == "predict":
    variants = {"torch.compile, inference_mode" if compiled else "inference_mode": (prediction(), 1)}
elif compiled:
    variants = {"torch.func.grad and update in one torch.compile": (compiled_epoch(), steps)}
else:
    variants = {"fused optimizer": (eager_epoch(True), steps), "plain optimizer": (eager_epoch(None), steps)}
try:
    serve(name, torch.__version__, variants)
except Exception as error:
    if not compiled:
        raise
    refuse(f"torch.compile: {type(error).__name__}")  # the machine's compiler is missing, or too old for it
