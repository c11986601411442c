// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics

/// A toy whose output gradients are planted, for the laws about single nodes (theory notes, A2, A3, A5, A6).
///
/// Train it with the `linear` loss, a batch of 1 and the order `sequential`: the loss of a step is then target·output, so that the target
/// is the gradient δ at the network's output, whatever the weights. (With a batch of B it is δ = target/B.)
///
/// - A2, normalised drift: constant inputs, `target` = δ at every step.
/// - A3, bursts between silences: `target` 0 and a `burst` every n samples. A target of 0 makes the data gradient exactly 0.
/// - A5, revival: δ > 0 until the node dies, with biases and coverage of L2 chosen in the run.
/// - A6, leak: a small persistent `target`, or a rare burst, with or without `noise`.
///
/// Sample i has target `burst.target` if i mod `burst.every` = 0, else `target`; in both cases + noise·N(0, 1). Streams of the seed:
/// `planted.inputs`, `planted.noise`. There are no test samples.
public struct PlantedSpecification: Sendable, Equatable {
    /// How inputs are made, the same for every feature.
    public enum Inputs: Sendable, Equatable {
        /// Every input has this value.
        case constant(Double)
        /// Uniform on lower ≤ x < upper, independent; the input box is [lower, upper].
        case uniform(lower: Double, upper: Double)
    }

    /// A target that comes once in `every` samples.
    public struct Burst: Sendable, Equatable {
        public var every: Int
        public var target: Double

        public init(every: Int, target: Double) {
            self.every = every
            self.target = target
        }
    }

    /// Features of an input.
    public var features: Int
    /// A multiple of `burst.every`, so that bursts stay periodic from one epoch to the next.
    public var samples: Int
    public var inputs: Inputs
    public var target: Double
    public var burst: Burst?
    /// Standard deviation of the noise on targets.
    public var noise: Double

    public init(
        features: Int = 4, samples: Int = 1, inputs: Inputs = .constant(1), target: Double = 1, burst: Burst? = nil, noise: Double = 0
    ) {
        self.features = features
        self.samples = samples
        self.inputs = inputs
        self.target = target
        self.burst = burst
        self.noise = noise
    }

    func dataset(seed: UInt64) throws(DatasetError) -> Dataset {
        try validate()
        let values: [Double]
        let box: InputBox
        switch inputs {
        case .constant(let value):
            values = Array(repeating: value, count: samples * features)
            box = InputBox(value...value, features: features)
        case .uniform(let lower, let upper):
            var stream = RandomStream(seed: seed, name: "planted.inputs")
            values = (0..<samples * features).map { _ in stream.uniform(in: lower..<upper) }
            box = InputBox(lower...upper, features: features)
        }
        var targets = (0..<samples).map { index in
            if let burst, index % burst.every == 0 { burst.target } else { target }
        }
        if noise > 0 {
            var stream = RandomStream(seed: seed, name: "planted.noise")
            for index in targets.indices { targets[index] += noise * stream.normal() }
        }
        return Dataset(
            name: "planted", training: Samples(values: values, featureCount: features, targets: .values(targets, width: 1)),
            inputShape: [features], classCount: nil, inputBox: box)
    }

    private func validate() throws(DatasetError) {
        func require(_ holds: Bool, _ key: String, _ value: Any, _ accepted: String) throws(DatasetError) {
            guard holds else { throw .invalidValue(key: "planted.\(key)", value: "\(value)", accepted: accepted) }
        }
        let largest = Int(Int32.max)
        try require((1...largest).contains(features), "features", features, "1 to \(largest)")
        try require((1...largest).contains(samples), "samples", samples, "1 to \(largest)")
        try require(samples * features <= largest, "samples", samples, "samples × features up to \(largest)")
        try require(target.isFinite, "target", target, "a finite number")
        try require(noise >= 0 && noise.isFinite, "noise", noise, "0 or more, finite")
        switch inputs {
        case .constant(let value): try require(value.isFinite, "inputs", value, "a finite number")
        case .uniform(let lower, let upper):
            try require(
                lower < upper && (upper - lower).isFinite, "inputs", "(\(lower), \(upper))", "lower < upper, both finite")
        }
        if let burst {
            try require(burst.every >= 1 && samples % burst.every == 0, "burst.every", burst.every, "a divisor of samples (\(samples))")
            try require(burst.target.isFinite, "burst.target", burst.target, "a finite number")
        }
    }
}
