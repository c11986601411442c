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
    /// Seconds of the products of the step's first layer and of its last at OpenBLAS's rates: of each the better of the plain call and the layer's
    /// pass.
    let productSeconds: (first: Double, last: Double)
    let rounds: Int

    /// Weights of 784-1000-10 with batch normalisation.
    private static let weights = 784 * 1000 + 2 * 1000 + 1000 * 10 + 10

    /// Share of MNIST's training pixels that are not 0.
    private static let inkedShare = 0.191
    /// Share of hidden nodes that live in the comparison's late training.
    private static let livingShare = 0.317

    private var scalarBytes: Int { precision == .float32 ? 4 : 8 }
    /// One square root and one division: what Adam's formula cannot do without.
    private var dividerSeconds: Double { arithmetic.root + arithmetic.division }

    var all: [Limit] {
        let products = StepProduct.ofStep.reduce(0) { $0 + $1.flops } / arithmetic.flops
        let traffic = MemoryRates.momentsSeconds(bytes: Self.weights * scalarBytes, threads: threads, rounds: rounds)
        let divider = Double(Self.weights) * dividerSeconds
        let update = max(traffic, divider)
        let binding = traffic > divider ? "memory traffic of the update" : "divisions and roots of the update"
        let dense = productSeconds.first + productSeconds.last
        // The first layer's: the sparse kernels' multiply-adds are rounded twice.
        let inked = StepProduct.ofStep.reduce(0) { $0 + ($1.layer.inputs == 784 ? $1.flops : 0) } * Self.inkedShare / arithmetic.separateFlops
        let sparse = inked + productSeconds.last
        let nonzeros = "multiply-adds of the nonzeros at the peak, rounded twice, the last layer's products at OpenBLAS's rate"
        let living = "of the living nodes alone: "
        let (denseBound, sparseBound) = ("products at OpenBLAS's rate + \(binding)", "\(nonzeros) + \(binding)")
        let (sampled, tenth) = (" + a node sample's values read once more", " + every tenth step a node sample's values read once more")
        // w, m, v, the gradient and the one before it, read once.
        let sample = MemoryRates.readSeconds(bytes: 5 * Self.weights * scalarBytes, threads: threads, rounds: rounds)
        return [
            limit("mnist-step, peak", "products at the peak of multiply-adds + \(binding)", products + update),
            limit("mnist-step, dense", denseBound, dense + update),
            limit("mnist-step, dense, probes 1", denseBound + sampled, dense + update + sample),
            limit("mnist-step, dense, probes 10", denseBound + tenth, dense + update + sample / 10),
            limit("mnist-step", sparseBound, sparse + update),
            limit("mnist-step, probes 1", sparseBound + sampled, sparse + update + sample),
            limit("mnist-step, probes 10", sparseBound + tenth, sparse + update + sample / 10),
            limit("mnist-step, adam, compacted", living + sparseBound, Self.livingShare * (sparse + update)),
            limit("mnist-step, rmsprop", "\(nonzeros) + a root and a division a weight", sparse + divider),
            limit(
                "mnist-step, rmsprop, compacted", "\(living)\(nonzeros) + a root and a division a weight", Self.livingShare * (sparse + divider)),
            limit("update of mnist-step", binding, update),
            limit("node sample of mnist-step", "w, m, v and two gradients read once more, after the update", sample),
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
