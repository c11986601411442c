// SPDX-License-Identifier: GPL-3.0-or-later
import CMPFR

/// A number of 200 bits and, for every practical purpose, an unbounded exponent (MPFR's 2^±2³⁰); each operation rounded to nearest.
final class Multiprecision {
    static let bits = 200
    private var number = __mpfr_struct()

    private init() { mpfr_init2(&number, mpfr_prec_t(Self.bits)) }

    deinit { mpfr_clear(&number) }

    /// Exactly `value`.
    convenience init(_ value: Double) {
        self.init()
        mpfr_set_d(&number, value, MPFR_RNDN)
    }

    private static func result(_ compute: (UnsafeMutablePointer<__mpfr_struct>) -> Void) -> Multiprecision {
        let result = Multiprecision()
        compute(&result.number)
        return result
    }

    static func + (a: Multiprecision, b: Multiprecision) -> Multiprecision { result { mpfr_add($0, &a.number, &b.number, MPFR_RNDN) } }
    static func - (a: Multiprecision, b: Multiprecision) -> Multiprecision { result { mpfr_sub($0, &a.number, &b.number, MPFR_RNDN) } }
    static func * (a: Multiprecision, b: Multiprecision) -> Multiprecision { result { mpfr_mul($0, &a.number, &b.number, MPFR_RNDN) } }
    static func / (a: Multiprecision, b: Multiprecision) -> Multiprecision { result { mpfr_div($0, &a.number, &b.number, MPFR_RNDN) } }
    static func > (a: Multiprecision, b: Multiprecision) -> Bool { mpfr_greater_p(&a.number, &b.number) != 0 }

    func squareRoot() -> Multiprecision { Self.result { mpfr_sqrt($0, &number, MPFR_RNDN) } }

    func power(_ exponent: Multiprecision) -> Multiprecision { Self.result { mpfr_pow($0, &number, &exponent.number, MPFR_RNDN) } }

    var magnitude: Multiprecision { sign < 0 ? Multiprecision(0) - self : self }

    /// −1, 0 or 1.
    var sign: Int { mpfr_sgn_(number) }

    /// Rounded to nearest; subnormal or 0 where `Double` ends.
    var double: Double { mpfr_get_d(&number, MPFR_RNDN) }

    /// log₂|x|, −∞ for 0: also of numbers far below `Double`'s range.
    var log2Magnitude: Double {
        if sign == 0 { return -.infinity }
        var exponent = 0
        let fraction = mpfr_get_d_2exp(&exponent, &number, MPFR_RNDN)
        return Double(exponent) + Double.log2(fraction.magnitude)
    }
}

/// MPFR's sign of a number is a macro; this reads the same fields: 0 has an exponent of its own.
private func mpfr_sgn_(_ number: __mpfr_struct) -> Int {
    var number = number
    if mpfr_zero_p(&number) != 0 { return 0 }
    return number._mpfr_sign < 0 ? -1 : 1
}
