// SPDX-License-Identifier: GPL-3.0-or-later

/// The commented configuration that `adamprobe init` writes: it runs as it is, and names every key with its alternatives.
public enum ConfigurationTemplate {
    /// The file's usual name.
    public static let fileName = "adamprobe.yaml"

    public static let yaml = """
        # A run of AdamProbe. Start it with:         adamprobe run adamprobe.yaml
        # Change a value for one run with --set:       adamprobe run adamprobe.yaml --set optimizer.adam.learningRate=0.01
        # Only data, network, optimizer and one of epochs and steps are required. Paths are relative to this file's folder.

        # Decides every random number of the run: 0 to 2^64 - 1. Default 0.
        seed: 7

        # float32 or float64 (the default): the type that the run computes in.
        precision: float64

        # digits (embedded, 1,797 images of 8 x 8), mnist, fashion-mnist, cifar10 (fetch these with: adamprobe data fetch NAME), or
        #   {idx: {trainImages: a.gz, trainLabels: b.gz, testImages: c.gz, testLabels: d.gz}}   the test files may be left out
        #   {npy: {inputs: x.npy, targets: y.npy, testInputs: a.npy, testTargets: b.npy}}   int64 targets are classes, real ones values
        #   {teacher: {inputs: 8, hidden: 4, outputs: 1, samples: 1024, testSamples: 1024, noise: 0, bias: 0}}
        #   {planted: {features: 4, samples: 1, inputs: 1, target: 1, noise: 0}}
        #     inputs may also be {uniform: [-1, 1]}; a further key is burst: {every: 100, target: 1}
        data: {source: digits}

        # Layers from input to output; the size of the input is the data's.
        #   {dense: 64}, {dense: {units: 64, bias: false}}
        #   batchNorm, {batchNorm: {epsilon: 1e-5, momentum: 0.1}}
        #   relu, {relu: {derivativeAtZero: 0}}, {leakyRelu: {slope: 0.01}}, {elu: {alpha: 1}}, selu,
        #   {gelu: {approximation: none}} (or tanh), silu, {softplus: {beta: 1, threshold: 20}}, tanh, sigmoid, identity
        network: [{dense: 256}, relu, {dense: 10}]

        # heNormal (the default), heUniform, glorotNormal, glorotUniform, pytorch; or plant the parameters from a file:
        #   start.safetensors, or {model: start.safetensors, optimizer: moments.safetensors} with moments and step counts.
        initial: heNormal

        # Parameters that are never updated, named as in PyTorch's nn.Sequential, such as ["2.weight"]. Default [].
        freeze: []

        # crossEntropy (the default), meanSquaredError, linear.
        loss: crossEntropy

        # One optimiser; a name alone takes PyTorch's defaults. The keys are:
        #   sgd: learningRate, momentum, nesterov               adagrad: learningRate, epsilon, learningRateDecay, initialAccumulator
        #   rmsprop: learningRate, beta2, epsilon, momentum, centered          adadelta: learningRate, beta2, epsilon
        #   adam, amsgrad, adamax, nadam, adamw: learningRate, beta1, beta2, epsilon, epsilonPlacement (outsideRoot, epsilonHat or
        #     insideRoot; adamax has outsideRoot alone); nadam also momentumDecay, adamw also weightDecay
        #   lion: learningRate, beta1, beta2, weightDecay        signDescent: learningRate
        # weightDecay is decoupled: one number for all parameters, or {weights: 0.01, biases: 0, batchNorm: 0}.
        optimizer: {adam: {learningRate: 0.001, beta1: 0.9, beta2: 0.999, epsilon: 1e-7}}

        # Coupled L2: lambda of the objective's (lambda/2)|w|^2, on the weights alone; or {weights: 0.001, biases: 0, batchNorm: 0}.
        # Default 0. Dead nodes go to zero only while learningRate * lambda / epsilon < 38 (at Adam's default betas); here it is 10.
        l2: 0.001

        # A penalty of the incoming weights of all hidden layers, with lambda its coefficient, added to the objective; losses in the
        # results stay those of the data. none (the default), or
        #   {groupLasso: {coefficient: 0.001, method: proximal, metric: euclidean, scalesWithGroupSize: false}}
        #     lambda*|w_g| for each node, w_g all its incoming weights; times the root of their number if scalesWithGroupSize
        #   {l1: {coefficient: 0.001, method: subgradient}}       lambda*|w| for each weight
        # method: proximal (exact zeros; after each update, by learningRate*lambda) or subgradient (added to the gradient, no exact zeros).
        # metric: euclidean, or denominator: the proximal step in the optimiser's own metric, sqrt(v) + epsilon for Adam.
        sparsity: none

        # constant (the default), {step: {everyEpochs: 25, factor: 0.5}}, {exponential: {factor: 0.95}}, {cosine: {epochs: 100, minimum: 0}}
        # (a factor, not a rate), {warmup: {steps: 500, then: constant}} (then: any of these).
        schedule: constant

        # Samples a step; the last, smaller batch of an epoch is kept. Default 64.
        batch: 64

        # How long: steps: N, or epochs: N. 0 writes the initial model and stops.
        steps: 30000

        # shuffled (the default), sequential, or the path of a .npy file, int64, one row of sample indices a step.
        order: shuffled

        # none, or a map. Nodes are sampled at the first and last step, and
        #   every: 10                           every tenth step (the default, unless another is given);
        #   logarithmic: 20                     20 times in each decade of steps;
        #   windows: [[0, 100], [5000, 5100]]   at every step of a window; any of the three may be combined.
        # thresholds: norms under which a node counts as zero.    quantiles: which of a node's weights are sampled.
        # observe: nodes (layer/row) or weights (layer/row/input) whose weights, gradients and moments are kept at every step, such
        #   as [0/3, 0/17/5].
        probe: {every: 25, thresholds: [1e-15, 1e-8, 1e-5], quantiles: [0, 0.25, 0.5, 0.75, 1], observe: []}

        # Threads for the matrix products; the results are the same for any number. Default 1.
        threads: 1

        # Whether the CPU flushes subnormal numbers to zero. Default false.
        flushToZero: false

        # Whether nodes that are certified dead are left out of the matrix products, until their certificate lapses: the later steps are
        # faster, and parameters and the batches' losses the same up to rounding. A skipped node's pre-activations are NaN in the probes, and
        # its running mean and variance, which evaluation uses, a plain mean over the last batches. Default false.
        compaction: false

        """
}
