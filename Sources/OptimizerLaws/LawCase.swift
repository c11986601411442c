// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import RealModule
import Statistics

/// What a law is tried on: one parameter, its gradients step by step, and the numbers of the run.
///
/// All values are representable in ``precision``.
public struct LawCase: Sendable, Equatable {
    public enum Precision: String, Sendable, CaseIterable {
        case float32
        case float64
    }

    /// How large the gradients are.
    enum Magnitudes {
        /// 1e-4 … 1e2, with zeros: no step under- or overflows.
        case ordinary
        /// From subnormal numbers to 2⁻¹⁰ of the root of the largest number, with zeros.
        case extreme
    }

    public var precision: Precision
    public var weights: [Double]
    /// g_data, one row a step.
    public var gradients: [[Double]]
    /// α, the same at all steps.
    public var learningRate: Double
    /// λ of the coupled L2.
    public var l2: Double
    /// Steps without gradient that went before, so that bias corrections are tried late too.
    public var stepsBefore: Int
    /// Draws what a law itself has to choose: a permutation, a cut, a power of two.
    public var choice: UInt64

    /// A random case: 1 … 40 weights, 1 … 24 steps; about every third weight falls silent on the way, and every second case has L2.
    init(drawnFrom random: inout RandomStream, learningRate alpha: Double, magnitudes: Magnitudes) {
        let single = random.integer(below: 2) == 0
        precision = single ? .float32 : .float64
        let count = 1 + Int(random.integer(below: 40)), steps = 1 + Int(random.integer(below: 24))
        weights = (0..<count).map { _ in random.signedMagnitude(-3..<0.5) }
        gradients = Array(repeating: Array(repeating: 0, count: count), count: steps)
        let largest = single ? 16.0 : 151.0, smallest = single ? -45.0 : -323.0
        for column in 0..<count {
            let silentFrom = random.integer(below: 3) == 0 ? Int(random.integer(below: UInt64(steps))) : steps
            let scale = random.uniform(in: -4..<2)
            for step in 0..<silentFrom where random.integer(below: 8) != 0 {
                switch magnitudes {
                case .ordinary: gradients[step][column] = random.signedMagnitude(scale - 1..<scale)
                case .extreme: gradients[step][column] = random.signedMagnitude(smallest..<largest)
                }
            }
        }
        learningRate = (alpha > 0 ? alpha : 1e-3) * Double(sign: .plus, exponent: Int(random.integer(below: 5)) - 2, significand: 1)
        l2 = random.integer(below: 2) == 0 ? 0 : random.signedMagnitude(-6 ..< -1).magnitude
        stepsBefore = random.integer(below: 3) == 0 ? Int(random.integer(below: 3_000)) : 0
        choice = random.next()
        if single {
            weights = weights.map { Double(Float($0)) }
            gradients = gradients.map { $0.map { Double(Float($0)) } }
        }
    }

    /// The stream that a law draws its own choices from.
    var choices: RandomStream { RandomStream(seed: choice, name: "choice") }

    /// Sum of the things that make a case hard to read; shrinking only ever lowers it.
    var size: Int { weights.count * (gradients.count + 1) }
}

extension RandomStream {
    /// ±10^x, x uniform on `exponents`.
    mutating func signedMagnitude(_ exponents: Range<Double>) -> Double {
        let size = Double.exp10(uniform(in: exponents))
        return next() & 1 == 0 ? size : -size
    }
}

extension LawCase: CustomStringConvertible {
    /// Rows and numbers of a row that are printed; a case that shrinking left larger is printed in part.
    private static var printed: Int { 12 }

    private func row(_ values: [Double]) -> String {
        let rest = values.count - Self.printed
        return "[" + values.prefix(Self.printed).map { "\($0)" }.joined(separator: ", ") + (rest > 0 ? ", … \(rest) more" : "") + "]"
    }

    public var description: String {
        var lines = [
            "precision \(precision.rawValue), learning rate \(learningRate), L2 \(l2)"
                + (stepsBefore > 0 ? ", after \(stepsBefore) steps without gradient" : ""),
            "weights \(row(weights))",
        ]
        lines += gradients.prefix(Self.printed).enumerated().map { "gradient of step \($0.offset + 1): \(row($0.element))" }
        if gradients.count > Self.printed { lines.append("… \(gradients.count - Self.printed) more steps") }
        return lines.joined(separator: "\n")
    }
}
