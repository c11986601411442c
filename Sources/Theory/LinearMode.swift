// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// The roots of z² − trace·z + determinant: what one step of a linear recursion of second order multiplies its two modes with.
///
/// A dead weight under momentum is such a recursion while its denominator d stays: w_{k+1} = trace·w_k − determinant·w_{k−1}. With
/// η = αλ/d, trace = 1 + β₁ − (1−β₁)η and determinant = β₁ for Adam (theory notes B3).
public struct LinearMode: Sendable, Equatable {
    public let trace: Double
    public let determinant: Double

    /// The root that is larger in magnitude; nil where the roots are complex.
    public let dominantRoot: Double?
    /// ρ: the largest magnitude of a root.
    public let spectralRadius: Double

    public init(trace: Double, determinant: Double) {
        self.trace = trace
        self.determinant = determinant
        let discriminant = trace * trace - 4 * determinant
        dominantRoot = discriminant < 0 ? nil : (trace + (trace < 0 ? -1 : 1) * discriminant.squareRoot()) / 2
        spectralRadius = dominantRoot.map(\.magnitude) ?? determinant.squareRoot()
    }

    /// Adam's mode at effective decay η.
    public static func adam(effectiveDecay: Double, beta1: Double) -> LinearMode {
        LinearMode(trace: 1 + beta1 - (1 - beta1) * effectiveDecay, determinant: beta1)
    }

    /// The heavy ball's mode at h = αλ: trace 1 + μ − h, determinant μ.
    public static func heavyBall(effectiveDecay: Double, momentum: Double) -> LinearMode {
        LinearMode(trace: 1 + momentum - effectiveDecay, determinant: momentum)
    }

    /// trace² − 4·determinant: negative where the weight oscillates.
    public var discriminant: Double { trace * trace - 4 * determinant }

    /// The roots are complex: the weight oscillates, and its envelope falls by √determinant a step whatever η is.
    public var isOscillating: Bool { discriminant < 0 }

    /// The other real root; nil where the roots are complex.
    public var recessiveRoot: Double? {
        dominantRoot.map { $0 == 0 ? 0 : determinant / $0 }
    }

    /// Both roots as (real, imaginary): the larger one, or the one in the upper half-plane, first.
    var roots: (dominant: (real: Double, imaginary: Double), other: (real: Double, imaginary: Double)) {
        if let dominantRoot, let recessiveRoot { return ((dominantRoot, 0), (recessiveRoot, 0)) }
        let height = (-discriminant).squareRoot() / 2
        return ((trace / 2, height), (trace / 2, -height))
    }

    /// Angle of the complex roots in radians, 0 … π; 0 for positive and π for negative real roots.
    public var angle: Double {
        isOscillating ? Double.acos(max(-1, min(1, trace / (2 * determinant.squareRoot())))) : (trace < 0 ? .pi : 0)
    }

    /// The effective decays between which Adam's roots are complex: (1 ∓ √β₁)²/(1−β₁). Empty (a point) at β₁ = 0.
    public static func oscillationWindow(beta1: Double) -> ClosedRange<Double> {
        let root = beta1.squareRoot()
        return (1 - root) * (1 - root) / (1 - beta1)...(1 + root) * (1 + root) / (1 - beta1)
    }
}
