# SPDX-License-Identifier: GPL-3.0-or-later
"""What AdamProbe measures of every node of the first hidden layer, written in PyTorch, as a user of PyTorch would in a training loop."""

import torch

QUANTILES = (0, 0.25, 0.5, 0.75, 1)


def ranks(count):
    """The order statistics taken as quantiles: of rank p(n − 1), ties away from the median."""
    last = count - 1
    lower = [(2 * last * round(q * 4) + 3) // 8 for q in QUANTILES[:3]]
    return [*lower, last - lower[1], last]


class NodeProbe:
    """Called on both sides of the optimiser's step; measures every `every`-th step and keeps its samples in memory.

    One sort gives all quantiles of a quantity: cheaper than torch.quantile.
    """

    def __init__(self, model, optimizer, rate, l2, every=1):
        dense = [module for module in model if isinstance(module, torch.nn.Linear)]
        activation = next(module for module in model if isinstance(module, torch.nn.ReLU))
        self.incoming, self.outgoing = dense[0].weight, dense[1].weight
        self.norm = next((module for module in model if isinstance(module, torch.nn.BatchNorm1d)), None)
        self.group = next(group for group in optimizer.param_groups if any(p is self.incoming for p in group["params"]))
        self.state, self.rate, self.l2, self.every = optimizer.state, rate, l2, every
        nodes, inputs = self.incoming.shape
        self.ranks = torch.tensor(ranks(inputs))
        self.previous = torch.zeros_like(self.incoming)
        self.last_gradient_step = torch.zeros(nodes, dtype=torch.int64)
        self.samples = []
        activation.register_forward_pre_hook(self._keep)

    def _keep(self, module, inputs):
        self.z = inputs[0].detach()

    def _quantiles(self, values):
        return values.sort(dim=1).values[:, self.ranks]

    @torch.no_grad()
    def before_update(self, step):
        self.sampled = step % self.every == 0
        gradient = self.incoming.grad
        if self.sampled:
            signs = gradient.sign()
            nonzero = signs.abs().sum(1)
            self.last_gradient_step[nonzero > 0] = step
            self.sample = {
                "signCoherence": signs.sum(1).abs() / nonzero,
                "signAgreement": (signs * self.previous > 0).sum(1) / nonzero,
                "gradientRatio": gradient.norm(dim=1) / (self.l2 * self.incoming.norm(dim=1)),
                "activeSamples": (self.z > 0).sum(0),
                "preactivationMean": self.z.mean(0),
                "preactivationMax": self.z.amax(0),
            }
            self.previous = signs
        elif (step + 1) % self.every == 0:
            self.previous = gradient.sign()

    @torch.no_grad()
    def after_update(self):
        if not self.sampled:
            return
        state = self.state[self.incoming]
        beta1, beta2 = self.group["betas"]
        step = float(state["step"])
        root = (state["exp_avg_sq"] / (1 - beta2**step)).sqrt()
        denominator = root + self.group["eps"]
        self.sample |= {
            "incomingNorm": self.incoming.norm(dim=1),
            "largestWeight": self.incoming.abs().amax(1),
            "outgoingNorm": self.outgoing.norm(dim=0),
            "rootSecondMoment": self._quantiles(root),
            "updateRatio": self._quantiles((state["exp_avg"] / (1 - beta1**step) / denominator).abs()),
            "effectiveDecay": self._quantiles(self.rate * self.l2 / denominator),
        }
        if self.norm is not None:
            self.sample |= {"batchNormScale": self.norm.weight.clone(), "batchNormShift": self.norm.bias.clone()}
        self.samples.append(self.sample)
