// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Experiments
import Networks
import Optimizers

/// A training step whose time is measured: network, loss and optimiser, but no data.
public struct StepCase: Sendable, Equatable {
    public var rawValue: String
    public var inputCount: Int
    /// Nodes of each hidden layer.
    public var hidden: [Int]
    public var outputCount: Int
    /// Batch normalisation in front of each ReLU.
    public var hasBatchNorm: Bool
    /// Samples a step.
    public var batch: Int
    public var loss: Loss
    public var optimizer: StepOptimizer = .adam
    public var learningRate = 1e-3
    public var epsilon = 1e-8

    /// 784-1000-10, batch normalisation before ReLU, cross-entropy, batch 64: the known set-up for MNIST.
    public static let mnist = StepCase(
        rawValue: "mnist-step", inputCount: 784, hidden: [1000], outputCount: 10, hasBatchNorm: true, batch: 64, loss: .crossEntropy)
    /// 8-32-1, ReLU, mean squared error, full batch of 64: a small network whose arithmetic counts as much as its overhead.
    public static let small = StepCase(
        rawValue: "small-step", inputCount: 8, hidden: [32], outputCount: 1, hasBatchNorm: false, batch: 64, loss: .meanSquaredError)
    /// 2-8-1, ReLU, mean squared error, full batch of 64: all overhead, next to no arithmetic.
    public static let tiny = StepCase(
        rawValue: "tiny-step", inputCount: 2, hidden: [8], outputCount: 1, hasBatchNorm: false, batch: 64, loss: .meanSquaredError)
    public static let allCases = [mnist, small, tiny]

    /// The case of that name, if there is one.
    public init?(rawValue: String) {
        guard let found = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
        self = found
    }

    init(
        rawValue: String, inputCount: Int, hidden: [Int], outputCount: Int, hasBatchNorm: Bool, batch: Int, loss: Loss
    ) {
        self.rawValue = rawValue
        self.inputCount = inputCount
        self.hidden = hidden
        self.outputCount = outputCount
        self.hasBatchNorm = hasBatchNorm
        self.batch = batch
        self.loss = loss
    }

    public var network: [LayerSpecification] {
        // No dense bias in front of a batch normalisation, whose own shift makes it redundant: its true gradient is 0, and Adam would
        // amplify the rounding noise in it until two implementations could not be compared.
        hidden.flatMap { units -> [LayerSpecification] in
            [.dense(units: units, bias: !hasBatchNorm)] + (hasBatchNorm ? [.batchNorm()] : []) + [.activation(.relu())]
        } + [.dense(units: outputCount)]
    }

    /// PyTorch's defaults but for learning rate and ε.
    public var rule: any UpdateRule {
        switch optimizer {
        case .adam: Adam(learningRate: learningRate, epsilon: epsilon)
        case .rmsprop: RMSprop(learningRate: learningRate, epsilon: epsilon)
        }
    }

    /// λ = 5e-4 on the weights.
    public var l2: CoupledL2 { CoupledL2(weights: 5e-4) }

    /// What is known of the inputs: pixels lie in 0…1, coordinates in −1…1.
    var inputBox: Box { Box(count: inputCount, lower: loss == .crossEntropy ? 0 : -1, upper: 1) }
}

/// The optimiser of a measured step.
public enum StepOptimizer: String, Sendable, CaseIterable {
    case adam
    case rmsprop
}

/// Which probes look on.
public enum ProbeChoice: Sendable, Equatable {
    case none
    /// All probes that a run has by default: the ledger at every step, every node sampled at each `n`-th.
    case every(Int)

    /// Reads `none` or a whole number from 1.
    public init?(_ text: String) {
        if text == "none" {
            self = .none
        } else if let n = Int(text), n >= 1 {
            self = .every(n)
        } else {
            return nil
        }
    }
}
