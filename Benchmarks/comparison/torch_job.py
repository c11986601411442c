# SPDX-License-Identifier: GPL-3.0-or-later
"""PyTorch at its best on a whole training: the compiled step with its probes, the test set after each epoch, samples written at the end."""
import time

import numpy as np
import torch

from . import torch_compiled


@torch.compile(fullgraph=True, dynamic=False)
def test_error(inputs, targets, parameters, running):
    weight, scale, shift, outgoing, bias = parameters
    z = (inputs @ weight.t() - running[0]) * (running[1] + 1e-5).rsqrt() * scale + shift
    return ((z.relu() @ outgoing.t() + bias).argmax(1) != targets).sum()


class Run(torch_compiled.Run):
    """Trains a case whole; nothing is compiled within the timed part."""

    def job(self, epochs, steps_per_epoch):
        test = torch.from_numpy(np.load(self.case.folder / "test-inputs.npy").astype(np.float32) / np.float32(255))
        classes = torch.from_numpy(np.load(self.case.folder / "test-targets.npy"))
        with torch.no_grad():
            self.run(2 * self.every)
            test_error(test, classes, self.parameters_, self.running)
            self.reset()
            start = time.perf_counter_ns()
            for _ in range(epochs):
                self.run(steps_per_epoch)
                errors = int(test_error(test, classes, self.parameters_, self.running))
            for name in self.samples_[0]:
                np.save(self.case.folder / f"torch.{name}.npy", np.stack([sample[name].numpy() for sample in self.samples_]))
            nanoseconds = time.perf_counter_ns() - start
        gone = int((self.parameters_[0].double().norm(dim=1) < 1e-15).sum())
        return {"nanoseconds": nanoseconds, "testError": errors / len(classes), "gone": gone, "name": self.name}
