// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Experiments
import Networks
import Optimizers

/// A training step whose time is measured: network, loss and optimiser, but no data.
public enum StepCase: String, Sendable, CaseIterable {
    /// 784-1000-10, batch normalisation before ReLU, cross-entropy, batch 64: the known set-up for MNIST.
    case mnist = "mnist-step"
    /// 2-8-1, ReLU, mean squared error, full batch of 64: all overhead, next to no arithmetic.
    case tiny = "tiny-step"

    public var network: [LayerSpecification] {
        switch self {
        // No dense bias in front of the batch normalisation, whose own shift makes it redundant: its true gradient is 0, and Adam would
        // amplify the rounding noise in it until two implementations could not be compared.
        case .mnist: [.dense(units: 1000, bias: false), .batchNorm(), .activation(.relu()), .dense(units: 10)]
        case .tiny: [.dense(units: 8), .activation(.relu()), .dense(units: 1)]
        }
    }

    public var loss: Loss {
        switch self {
        case .mnist: .crossEntropy
        case .tiny: .meanSquaredError
        }
    }

    public var inputCount: Int {
        switch self {
        case .mnist: 784
        case .tiny: 2
        }
    }

    /// Samples a step.
    public var batch: Int { 64 }

    /// Adam with PyTorch's defaults.
    public var optimizer: Adam { Adam() }

    /// λ = 5e-4 on the weights.
    public var l2: CoupledL2 { CoupledL2(weights: 5e-4) }

    /// What is known of the inputs: pixels lie in 0…1, the coordinates of the tiny case in −1…1.
    var inputBox: Box {
        switch self {
        case .mnist: Box(count: inputCount, lower: 0, upper: 1)
        case .tiny: Box(count: inputCount, lower: -1, upper: 1)
        }
    }
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
