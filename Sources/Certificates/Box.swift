// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// Bounds l ≤ x ≤ u on every input of a layer, feature by feature; ±∞ where nothing is known.
public struct Box: Sendable, Equatable {
    public let lower: [Double]
    public let upper: [Double]
    /// max_j (u_j − l_j).
    let widest: Double
    /// max_j max(|l_j|, |u_j|).
    let farthest: Double

    /// - Precondition: as many lower as upper bounds, each lower one not above its upper one.
    public init(lower: [Double], upper: [Double]) {
        precondition(lower.count == upper.count && zip(lower, upper).allSatisfy { $0 <= $1 }, "a box needs lower bounds ≤ upper bounds")
        self.lower = lower
        self.upper = upper
        widest = zip(lower, upper).reduce(0) { max($0, $1.1 - $1.0) }
        farthest = zip(lower, upper).reduce(0) { max($0, abs($1.0), abs($1.1)) }
    }

    public init(count: Int, lower: Double, upper: Double) {
        self.init(lower: Array(repeating: lower, count: count), upper: Array(repeating: upper, count: count))
    }

    /// What an activation can put out, whatever it takes in: all that is known of the inputs of a layer behind it.
    public init(outputsOf activation: Activation, count: Int) {
        switch activation {
        case .relu, .softplus: self.init(count: count, lower: 0, upper: .infinity)
        case .sigmoid: self.init(count: count, lower: 0, upper: 1)
        case .tanh: self.init(count: count, lower: -1, upper: 1)
        // A float32 network rounds alpha.
        case .elu(let alpha): self.init(count: count, lower: -abs(alpha) * (1 + 0x1p-23), upper: .infinity)
        // −scale·alpha of SELU, and the minima of GELU (−0.16998) and SiLU (−0.27847), rounded outward.
        case .selu: self.init(count: count, lower: -1.7580994, upper: .infinity)
        case .gelu: self.init(count: count, lower: -0.171, upper: .infinity)
        case .silu: self.init(count: count, lower: -0.2785, upper: .infinity)
        case .leakyReLU, .identity: self.init(count: count, lower: -.infinity, upper: .infinity)
        }
    }

    /// Largest |x_j|.
    func magnitude(_ feature: Int) -> Double { max(abs(lower[feature]), abs(upper[feature])) }
}
