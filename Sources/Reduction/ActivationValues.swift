// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import RealModule

/// An activation φ as reduction sees it: constants, and bounds of values, changes and errors.
struct ActivationValues: ElementwiseLayer {
    let index: Int
    let activation: Activation

    /// φ(z), by the code that networks run, in double precision.
    func image(of value: Double, feature: Int) -> Double { Self.value(of: activation, at: value) }

    static func value(of activation: Activation, at z: Double) -> Double {
        let (input, output) = (Tensor<Double>(shape: [1, 1], repeating: z), Tensor<Double>(shape: [1, 1]))
        ActivationLayer<Double>(activation, shape: [1]).forward(input, into: output, batch: 1, mode: .evaluation)
        return output.values[0]
    }

    /// The hull of φ at both ends and at the extrema between, moved outward by what the mathematical functions may err.
    func range(of range: ValueInterval, feature: Int) -> ValueInterval {
        if range.lower.isNaN || range.upper.isNaN { return .everything }
        switch activation {
        case .identity: return range
        case .relu: return ValueInterval(max(range.lower, 0), max(range.upper, 0))
        case .leakyReLU(let slope):
            let positive = ValueInterval(max(range.lower, 0), max(range.upper, 0))
            let negative = ValueInterval(min(range.lower, 0), min(range.upper, 0))
            return positive + slope * negative
        default: break
        }
        let inner = extrema.filter { range.lower < $0 && $0 < range.upper }
        let values = [range.lower, range.upper].map(limit) + inner.map { Self.value(of: activation, at: $0) }
        guard !values.contains(where: \.isNaN), let least = values.min(), let largest = values.max() else { return .everything }
        var margin = values.filter(\.isFinite).map(abs).max() ?? 0
        // 1 + erf(z/√2) cancels for negative z, and is 0 from −64 on.
        if case .gelu = activation { margin += min(range.magnitude, 64) }
        return ValueInterval(least, largest).widened(by: margin * Self.libraryError + .leastNormalMagnitude)
            .intersection(outputs(feature: feature))
    }

    /// φ(z), and its limits at ±∞, where the formulas would give ∞·0.
    private func limit(at z: Double) -> Double {
        guard z.isInfinite else { return Self.value(of: activation, at: z) }
        switch activation {
        case .gelu, .silu: return z < 0 ? 0 : z
        default: return Self.value(of: activation, at: z)
        }
    }

    /// Where φ turns within a monotone-looking range: the minima of GELU and SiLU, to double precision (φ is flat there), the kink of ELU
    /// and SELU, which turns if α is negative, and softplus' step, from both sides.
    private var extrema: [Double] {
        switch activation {
        case .gelu(tanhApproximation: false): [-0.7517915246935645]
        case .gelu(tanhApproximation: true): [-0.7524614220710163]
        case .silu: [-1.2784645427610738]
        case .elu, .selu: [0]
        case .softplus(let beta, let threshold): [(threshold / beta).nextDown.nextDown, threshold / beta, (threshold / beta).nextUp.nextUp]
        default: []
        }
    }

    func change(of change: Double, in range: ValueInterval, feature: Int) -> Double {
        guard change > 0 else { return change }
        var slope = 1.0
        var jump = 0.0
        switch activation {
        // Both values are at most upper + change, and where that is negative both come out as 0.
        case .relu: return min(change, max(0, Directed.sumUp(range.upper, change)))
        case .identity, .tanh: break
        case .leakyReLU(let negative): slope = max(1, abs(negative))
        case .elu(let alpha): slope = max(1, abs(alpha))
        case .selu: slope = 1.7581
        // The largest derivatives are 1.1290 and 1.0998.
        case .gelu: slope = 1.13
        case .silu: slope = 1.1
        case .sigmoid: slope = 0.25
        case .softplus(let beta, let threshold):
            // ln(1 + e^{βz})/β gives way to z with a step of ln(1 + e^{−threshold})/β.
            if (range.lower - change...range.upper + change).contains(threshold / beta) {
                jump = Double.log(onePlus: .exp(-threshold)) / beta * (1 + 0x1p-46)
            }
        }
        return Directed.sumUp(Directed.productUp(slope, change), jump)
    }

    /// ReLU and the identity are exact, a leaky ReLU rounds once; of the others' mathematical functions nothing is proven in float32.
    func error(of error: Double, in range: ValueInterval, feature: Int, precision: NetworkPrecision) -> Double {
        switch activation {
        case .relu, .identity: return error
        case .leakyReLU(let slope):
            let factor = max(1, abs(slope))
            // The slope itself is rounded too.
            let own = precision.relativeError(operations: 2) * factor * (range.magnitude + error) + precision.underflow
            return (factor * error + own) * (1 + 0x1p-46)
        default: return .infinity
        }
    }

    func outputs(feature: Int) -> ValueInterval {
        let box = Box(outputsOf: activation, count: 1)
        return ValueInterval(box.lower[0], box.upper[0])
    }

    /// The mathematical functions of double precision are taken to err, together, by less than 32 units of roundoff of the largest value that
    /// occurs; glibc states 1 or 2 for each.
    private static var libraryError: Double { 0x1p-48 }
}
