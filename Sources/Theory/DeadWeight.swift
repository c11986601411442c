// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// A floating-point type for a single weight's recursion: `Float`, `Double`, and `Float80` where the machine has it.
public protocol RecursionScalar: Real, BinaryFloatingPoint, Sendable {}

extension Float: RecursionScalar {}
extension Double: RecursionScalar {}
#if (arch(x86_64) || arch(i386)) && !os(Windows) && !os(Android)
    extension Float80: RecursionScalar {}
#endif

/// A weight with its optimiser's state: all that its future depends on while it has no data gradient (theory notes B0).
///
/// A rule reads the fields that it has; which field holds what:
///
/// | rule | `firstMoment` | `secondMoment` | `auxiliary` |
/// | --- | --- | --- | --- |
/// | Adam, AdamW, NAdam | m | v | – |
/// | AMSGrad | m | v | largest v |
/// | AdaMax | m | u | – |
/// | AdaGrad | – | s | – |
/// | RMSprop | b, with momentum | v | ḡ, if centred |
/// | Adadelta | – | v | D, mean of Δ² |
/// | heavy ball, Nesterov | b | – | – |
/// | Lion | m | – | – |
public struct DeadWeight<Scalar: RecursionScalar>: Sendable, Equatable {
    public var weight: Scalar
    public var firstMoment: Scalar
    public var secondMoment: Scalar
    public var auxiliary: Scalar
    /// NAdam's Π of momenta so far.
    public var momentumProduct: Double
    /// Optimiser steps made so far, which bias correction and schedules count from; nil for no bias correction (t → ∞) and a schedule
    /// that starts now.
    public var step: Int?

    public init(
        weight: Scalar, firstMoment: Scalar = 0, secondMoment: Scalar = 0, auxiliary: Scalar = 0, momentumProduct: Double = 1,
        step: Int? = nil
    ) {
        self.weight = weight
        self.firstMoment = firstMoment
        self.secondMoment = secondMoment
        self.auxiliary = auxiliary
        self.momentumProduct = momentumProduct
        self.step = step
    }

    /// The same numbers, rounded to another type.
    public func rounded<Other: RecursionScalar>(to _: Other.Type) -> DeadWeight<Other> {
        DeadWeight<Other>(
            weight: Other(weight), firstMoment: Other(firstMoment), secondMoment: Other(secondMoment), auxiliary: Other(auxiliary),
            momentumProduct: momentumProduct, step: step)
    }
}
