// SPDX-License-Identifier: GPL-3.0-or-later

/// Sums and products rounded in a given direction, on processors that round to nearest: exact results stay as they are, others move to the
/// next number outward. The error of a sum comes from Knuth's two-sum, that of a product from one fused multiply-add.
enum Directed {
    /// Below this size the error of a product may itself underflow, so that a product counts as inexact there.
    private static let leastProduct = 0x1p-900

    static func sumUp(_ a: Double, _ b: Double) -> Double {
        let sum = a + b
        guard sum.isFinite else { return sum == -.infinity && a.isFinite && b.isFinite ? -.greatestFiniteMagnitude : sum }
        let (_, error) = twoSum(a, b)
        return error > 0 || error.isNaN ? sum.nextUp : sum
    }

    static func sumDown(_ a: Double, _ b: Double) -> Double { -sumUp(-a, -b) }

    /// 0 if a factor is 0, whatever the other one is: a weight of 0 contributes nothing, even where the input is unbounded.
    static func productUp(_ a: Double, _ b: Double) -> Double {
        if a == 0 || b == 0 { return 0 }
        let product = a * b
        guard product.isFinite else { return product == -.infinity && a.isFinite && b.isFinite ? -.greatestFiniteMagnitude : product }
        let error = (-product).addingProduct(a, b)
        return error > 0 || abs(product) < leastProduct ? product.nextUp : product
    }

    static func productDown(_ a: Double, _ b: Double) -> Double { -productUp(-a, b) }

    /// a + b rounded to nearest, and what that leaves out, exactly (barring overflow).
    static func twoSum(_ a: Double, _ b: Double) -> (sum: Double, error: Double) {
        let sum = a + b
        let shadow = sum - a
        return (sum, (a - (sum - shadow)) + (b - shadow))
    }
}

/// A closed interval that holds a real number; operations round outward, so that it still does after any of them.
struct ValueInterval: Sendable, Equatable {
    var lower: Double
    var upper: Double

    init(_ lower: Double, _ upper: Double) { (self.lower, self.upper) = (lower, upper) }
    init(_ value: Double) { self.init(value, value) }

    static let everything = ValueInterval(-.infinity, .infinity)

    /// Largest |x|.
    var magnitude: Double { max(abs(lower), abs(upper)) }

    static func + (a: ValueInterval, b: ValueInterval) -> ValueInterval {
        ValueInterval(Directed.sumDown(a.lower, b.lower), Directed.sumUp(a.upper, b.upper))
    }

    static func - (a: ValueInterval, b: ValueInterval) -> ValueInterval { a + ValueInterval(-b.upper, -b.lower) }

    static func * (factor: Double, x: ValueInterval) -> ValueInterval {
        factor >= 0
            ? ValueInterval(Directed.productDown(factor, x.lower), Directed.productUp(factor, x.upper))
            : ValueInterval(Directed.productDown(factor, x.upper), Directed.productUp(factor, x.lower))
    }

    static func * (a: ValueInterval, b: ValueInterval) -> ValueInterval {
        let (first, second) = (a.lower * b, a.upper * b)
        return ValueInterval(min(first.lower, second.lower), max(first.upper, second.upper))
    }

    /// Both ends moved outward by `margin` ≥ 0.
    func widened(by margin: Double) -> ValueInterval {
        ValueInterval(Directed.sumDown(lower, -margin), Directed.sumUp(upper, margin))
    }

    /// What lies in both; the other one where they have nothing in common, which bounds of one number never do.
    func intersection(_ other: ValueInterval) -> ValueInterval {
        let (low, high) = (max(lower, other.lower), min(upper, other.upper))
        return low <= high ? ValueInterval(low, high) : other
    }

    /// Largest |x − value|, rounded up.
    func distance(from value: Double) -> Double { max(Directed.sumUp(upper, -value), Directed.sumUp(value, -lower), 0) }
}
