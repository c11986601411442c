// SPDX-License-Identifier: GPL-3.0-or-later

/// A data set ready for training: samples, their shape, and the box that holds every input.
public struct Dataset: Sendable, Equatable {
    /// A short name for reports, such as `digits`.
    public let name: String
    /// The samples that gradients are taken on.
    public let training: Samples
    /// The samples that only errors are measured on; absent if the set has none.
    public let test: Samples?
    /// The shape of one sample: [28, 28] for MNIST, [3, 32, 32] for CIFAR-10 (channels first), [features] for flat ones. Its product is
    /// `training.featureCount`.
    public let inputShape: [Int]
    /// The number of classes; nil for real-valued targets, and for samples without labels.
    public let classCount: Int?
    /// The box that inputs lie in, for certificates of death (theory notes, D6 ii).
    public let inputBox: InputBox
    /// What a reader of a score on this set has to know: parts that are missing or left out. Empty when there is nothing to say.
    public let notes: [String]

    public init(
        name: String, training: Samples, test: Samples? = nil, inputShape: [Int], classCount: Int?, inputBox: InputBox,
        notes: [String] = []
    ) {
        precondition(inputShape.reduce(1, *) == training.featureCount, "inputShape must multiply to the feature count")
        precondition(test == nil || test?.featureCount == training.featureCount, "test inputs must have the training inputs' features")
        precondition(inputBox.lower.count == training.featureCount, "the input box needs an interval for every feature")
        self.name = name
        self.training = training
        self.test = test
        self.inputShape = inputShape
        self.classCount = classCount
        self.inputBox = inputBox
        self.notes = notes
    }
}

/// An axis-aligned box l ≤ x ≤ u, one closed interval a feature.
public struct InputBox: Sendable, Equatable {
    public let lower: [Double]
    public let upper: [Double]

    /// The same interval for each of `features` features.
    public init(_ interval: ClosedRange<Double>, features: Int) {
        lower = Array(repeating: interval.lowerBound, count: features)
        upper = Array(repeating: interval.upperBound, count: features)
    }

    /// The smallest box that holds every sample. It says nothing about inputs that aren't among them: for data drawn from an unbounded
    /// distribution, a certificate on this box is one for the drawn samples.
    public init(covering samples: [Samples]) {
        let features = samples.first?.featureCount ?? 0
        var lower = Array(repeating: Double.infinity, count: features)
        var upper = Array(repeating: -Double.infinity, count: features)
        for part in samples {
            let values = part.inputs(as: Double.self)
            for row in 0..<part.count {
                for feature in 0..<features {
                    let value = values[row * features + feature]
                    if value < lower[feature] { lower[feature] = value }
                    if value > upper[feature] { upper[feature] = value }
                }
            }
        }
        self.lower = lower
        self.upper = upper
    }

    /// Whether a sample lies in the box, its faces included.
    public func contains(_ input: some Collection<Double>) -> Bool {
        input.count == lower.count && zip(input, zip(lower, upper)).allSatisfy { $1.0 <= $0 && $0 <= $1.1 }
    }
}
