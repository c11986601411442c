// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Records

/// The least time that a unit of work can take on this machine, from measured rates; what the work needs besides is left out.
struct Limit {
    /// The work's name, as the comparison's rows have it.
    let work: String
    let precision: Precision
    let threads: Int
    /// What the limit is made of.
    let bound: String
    let seconds: Double

    var json: JSONValue {
        [
            "work": .string(work), "precision": .string(precision.rawValue), "threads": .integer(threads), "bound": .string(bound),
            "nanoseconds": .number(seconds * 1e9),
        ]
    }
}

/// The limits of one precision and number of threads.
struct Limits {
    let precision: Precision
    let threads: Int
    let arithmetic: ArithmeticRates
    /// Seconds of the step's products at OpenBLAS's rates: of each the better of the plain call and the layer's pass.
    let productSeconds: Double
    let rounds: Int

    /// Weights of 784-1000-10 with batch normalisation.
    private static let weights = 784 * 1000 + 2 * 1000 + 1000 * 10 + 10

    private var scalarBytes: Int { precision == .float32 ? 4 : 8 }
    /// One square root and one division: what Adam's formula cannot do without.
    private var dividerSeconds: Double { arithmetic.root + arithmetic.division }

    var all: [Limit] {
        let products = StepProduct.ofStep.reduce(0) { $0 + $1.flops } / arithmetic.flops
        let traffic = MemoryRates.momentsSeconds(bytes: Self.weights * scalarBytes, threads: threads, rounds: rounds)
        let divider = Double(Self.weights) * dividerSeconds
        let update = max(traffic, divider)
        let binding = traffic > divider ? "memory traffic of the update" : "divisions and roots of the update"
        // w, m, v, the gradient and the one before it, read once.
        let sample = MemoryRates.readSeconds(bytes: 5 * Self.weights * scalarBytes, threads: threads, rounds: rounds)
        return [
            limit("mnist-step, peak", "products at the peak of multiply-adds + \(binding)", products + update),
            limit("mnist-step", "products at OpenBLAS's rate + \(binding)", productSeconds + update),
            limit("mnist-step, probes 1", "the same + a node sample", productSeconds + update + sample),
            limit("mnist-step, probes 10", "the same + a tenth of a node sample", productSeconds + update + sample / 10),
            limit("update of mnist-step", binding, update),
            limit("node sample of mnist-step", "w, m, v and two gradients read once", sample),
            limit("laboratory", "one root and one division a weight-step", dividerSeconds),
            network("tiny-step", inputs: 2, hidden: 8), network("small-step", inputs: 8, hidden: 32),
        ]
    }

    /// A step of a network with one hidden layer and one output, batch 64, at full use of every vector unit.
    private func network(_ name: String, inputs: Int, hidden: Int) -> Limit {
        let (forward, inputGradient) = (inputs * hidden + hidden, hidden)
        let flops = Double(2 * StepProduct.batch * (2 * forward + inputGradient))
        let weights = Double(inputs * hidden + 2 * hidden + 1)
        return limit(name, "products at the peak of multiply-adds + divisions and roots", flops / arithmetic.flops + weights * dividerSeconds)
    }

    private func limit(_ work: String, _ bound: String, _ seconds: Double) -> Limit {
        Limit(work: work, precision: precision, threads: threads, bound: bound, seconds: seconds)
    }
}
