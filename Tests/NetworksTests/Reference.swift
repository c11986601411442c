// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Statistics

/// Values made by `Tests/Reference/networks.py` with PyTorch, in float64.
struct Reference: Decodable, Sendable {
    struct Curve: Decodable, Sendable {
        let z: [Double]
        let y: [Double]
        let slope: [Double]
    }
    struct Normalisation: Decodable, Sendable {
        struct Batch: Decodable, Sendable {
            let x: [[Double]]
            let delta: [[Double]]
            let y: [[Double]]
            let inputGradient: [[Double]]
            let scaleGradient: [Double]
            let shiftGradient: [Double]
            let runningMean: [Double]
            let runningVariance: [Double]
        }
        struct Evaluation: Decodable, Sendable {
            let x: [[Double]]
            let y: [[Double]]
        }
        let epsilon: Double
        let momentum: Double
        let scale: [Double]
        let shift: [Double]
        let batches: [Batch]
        let evaluation: Evaluation
    }
    struct LossCase: Decodable, Sendable, CustomStringConvertible {
        let loss: String
        let output: [[Double]]
        let classes: [Int32]?
        let values: [[Double]]?
        let mean: Double
        let gradient: [[Double]]
        var description: String { "\(loss), mean \(mean)" }
    }
    let activations: [String: Curve]
    let batchNorm: Normalisation
    let losses: [LossCase]

    static let values: Reference = {
        let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Reference/networks.json")
        do {
            return try JSONDecoder().decode(Reference.self, from: Data(contentsOf: url))
        } catch {
            fatalError("\(url.path) cannot be read: \(error)")
        }
    }()
}

/// Largest |a − b| / max(1, |b|); infinite if a number is NaN or the counts differ.
func difference<Scalar: NetworkScalar>(_ a: [Scalar], _ b: [Double]) -> Double {
    guard a.count == b.count else { return .infinity }
    let differences = zip(a, b).map { abs(Double($0) - $1) / max(1, abs($1)) }
    return differences.contains(where: \.isNaN) ? .infinity : differences.max() ?? 0
}

/// True if all elements are equal; unlike `==` in an expectation it does not compute an edit script of long arrays when they are not.
func areSame<Element: Equatable>(_ a: some Sequence<Element>, _ b: some Sequence<Element>) -> Bool { a.elementsEqual(b) }

/// The first rows of a tensor, for comparisons.
func firstRows<Scalar: NetworkScalar>(_ tensor: Tensor<Scalar>, _ count: Int) -> [Scalar] { Array(tensor.rows(0..<count)) }

/// Random numbers of a test: the same for the same seed, which a failing test names as its argument.
struct Draws {
    /// The seeds that property tests run with; `ADAMPROBE_TEST_SEED` replays or adds a single one.
    static let seeds: [UInt64] = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...8)

    private var stream: RandomStream

    init(seed: UInt64, _ name: String = "test") { stream = RandomStream(seed: seed, name: name) }

    mutating func normal<Scalar: NetworkScalar>(_ count: Int, scale: Double = 1, as: Scalar.Type = Scalar.self) -> [Scalar] {
        (0..<count).map { _ in Scalar(scale * stream.normal()) }
    }

    /// Numbers in 0 ..< 1.
    mutating func uniform(_ count: Int) -> [Double] { (0..<count).map { _ in stream.uniform() } }

    mutating func classes(_ count: Int, under limit: Int) -> [Int32] {
        (0..<count).map { _ in Int32(stream.integer(below: UInt64(limit))) }
    }

    mutating func permutation(of count: Int) -> [Int] { stream.permutation(of: count) }
}

extension Network {
    /// Draws every parameter (γ about 1) and the input batch.
    func plant(_ draws: inout Draws) {
        for parameter in parameters {
            let offset: Scalar = parameter.role == .batchNormScale ? 1 : 0
            parameter.value.assign(draws.normal(parameter.value.count, scale: 0.5).map { $0 + offset })
        }
        input.assign(draws.normal(input.count))
    }

    /// One training pass, forward and backward, on a loss of planted output gradients.
    func pass(batch: Int, outputGradient: [Scalar]) throws {
        try forward(batch: batch, mode: .training)
        gradients[layers.count].assign(outputGradient)
        backward(batch: batch)
    }
}
