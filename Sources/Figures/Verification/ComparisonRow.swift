// SPDX-License-Identifier: GPL-3.0-or-later

/// One comparison of a law with its measurement, as plain values that a figure can be made of.
public struct ComparisonRow: Sendable, Equatable {
    /// The claim that it belongs to, such as `B3`.
    public var claim: String
    /// The measured quantity.
    public var quantity: String
    /// What the law says of it, in words.
    public var predicted: String
    public var measured: Double
    /// The interval of `measured`, if it has one.
    public var interval: ClosedRange<Double>?
    /// The values that the law accepts, with an infinite end where it sets none; nil where they are no range.
    public var accepted: ClosedRange<Double>?
    /// Whether the comparison supports the law.
    public var isSupported: Bool

    public init(
        claim: String, quantity: String, predicted: String, measured: Double, interval: ClosedRange<Double>? = nil,
        accepted: ClosedRange<Double>?, isSupported: Bool
    ) {
        self.claim = claim
        self.quantity = quantity
        self.predicted = predicted
        self.measured = measured
        self.interval = interval
        self.accepted = accepted
        self.isSupported = isSupported
    }

    /// Where a value lies relative to the accepted range: −1 at its lower end, 1 at its upper end.
    ///
    /// Linear with two ends. With one end alone, linear outside and t/(1+t) inside, so that infinity is the other end; the middle is a distance from the
    /// end as large as the end itself, or as the measured value where the end is 0. Where both ends are the same value, that is 0 and everything else
    /// infinitely far. nil without a range and for NaN.
    func position(_ value: Double) -> Double? {
        guard let accepted, !value.isNaN else { return nil }
        let (lower, upper) = (accepted.lowerBound, accepted.upperBound)
        /// From an end, positive inwards: 0 at the end, 2 at infinity.
        func inwards(_ distance: Double, from end: Double) -> Double {
            let size = end == 0 ? measured.magnitude : end.magnitude
            let t = distance / (size > 0 ? size : 1)
            return t > 0 ? (t.isFinite ? 2 * t / (1 + t) : 2) : 2 * t
        }
        switch (lower.isFinite, upper.isFinite) {
        case (true, true):
            if lower == upper { return value == lower ? 0 : (value < lower ? -.infinity : .infinity) }
            return 2 * (value - lower) / (upper - lower) - 1
        case (true, false): return -1 + inwards(value - lower, from: lower)
        case (false, true): return 1 - inwards(upper - value, from: upper)
        case (false, false): return nil
        }
    }
}
