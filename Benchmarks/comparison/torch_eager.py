# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch as its users write it: a model of modules, the eager loop, a fused optimiser, probes in Python."""
import torch

from .cases import L2
from .torch_probes import NodeProbe


def model_of(case):
    """The network's modules, with the case's parameters."""
    units, inputs = case.initial["0.weight"].shape
    outputs = case.initial["3.weight" if case.normalizes else "2.weight"].shape[0]
    modules = [torch.nn.Linear(inputs, units, bias=not case.normalizes)]
    if case.normalizes:
        modules.append(torch.nn.BatchNorm1d(units))
    model = torch.nn.Sequential(*modules, torch.nn.ReLU(), torch.nn.Linear(units, outputs))
    return model


def optimizer_of(case, model):
    """Coupled L2 on the weights alone, by parameter groups; the case's moments."""
    weights = [p for p in model.parameters() if p.ndim == 2]
    others = [p for p in model.parameters() if p.ndim != 2]
    groups = [{"params": weights, "weight_decay": L2}, {"params": others, "weight_decay": 0}]
    if case.optimizer == "adam":
        optimizer = torch.optim.Adam(groups, lr=case.rate, eps=case.epsilon, fused=True)
        names = ("exp_avg", "exp_avg_sq")
    else:
        # It has no fused form; foreach is the other fast one.
        optimizer = torch.optim.RMSprop(groups, lr=case.rate, eps=case.epsilon, foreach=True)
        names = ("square_avg",)
    if case.state:
        for name, parameter in model.named_parameters():
            optimizer.state[parameter] = {
                "step": torch.tensor(float(case.state["step"])),
                **{key: torch.from_numpy(case.state[f"{name}.{key}"]).to(parameter.dtype) for key in names}}
    return optimizer


class Run:
    """A training from the case's start."""

    name = "torch, eager"

    def __init__(self, case, precision, probes):
        dtype = getattr(torch, precision)
        self.inputs, self.targets = (torch.from_numpy(part) for part in case.values(precision))
        self.order = torch.from_numpy(case.order)
        self.case, self.dtype, self.every = case, dtype, probes
        if probes:
            self.name += ", quantiles by torch.sort"
        self.loss = torch.nn.CrossEntropyLoss() if case.classifies else torch.nn.MSELoss()
        self.reset()

    def reset(self):
        self.model = model_of(self.case).to(self.dtype)
        self.model.load_state_dict({key: torch.from_numpy(value) for key, value in self.case.initial.items()})
        self.optimizer = optimizer_of(self.case, self.model)
        self.probe = NodeProbe(self.model, self.optimizer, self.case.rate, L2, self.every) if self.every else None
        self.step = 0

    def run(self, steps):
        whole = len(self.order) == 1
        for _ in range(steps):
            if whole:
                inputs, targets = self.inputs, self.targets
            else:
                rows = self.order[self.step % len(self.order)]
                inputs, targets = self.inputs[rows], self.targets[rows]
            self.optimizer.zero_grad(set_to_none=True)
            self.loss(self.model(inputs), targets).backward()
            if self.probe:
                self.probe.before_update(self.step + 1)
            self.optimizer.step()
            if self.probe:
                self.probe.after_update()
            self.step += 1

    def parameters(self):
        return {key: value.numpy() for key, value in self.model.state_dict().items()}

    def samples(self):
        return [{key: value.numpy() for key, value in sample.items()} for sample in self.probe.samples]
