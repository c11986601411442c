// SPDX-License-Identifier: GPL-3.0-or-later
internal import CGSL
import Foundation

/// A named stream of random numbers of one seed: xoshiro256++, seeded through SplitMix64.
///
/// Streams of the same seed with different names, and of the same name with different seeds, are independent for every practical purpose:
/// the state of each is four outputs of a SplitMix64 that starts at (first output of SplitMix64(seed)) ⊕ FNV-1a₆₄(name in UTF-8).
/// Two streams coincide only by a 64-bit collision.
///
/// The stream is a value: a copy replays what the original draws. The sequence of every method here is part of the contract and does not
/// depend on the machine or on the standard library (whose own `shuffle(using:)` and `random(in:using:)` promise no fixed sequence).
///
/// Source: Blackman & Vigna, "Scrambled linear pseudorandom number generators", ACM TOMS 47 (2021). Not for cryptography.
public struct RandomStream: RandomNumberGenerator, Sendable, Equatable {
    private var s0: UInt64
    private var s1: UInt64
    private var s2: UInt64
    private var s3: UInt64

    /// The stream called `name` of `seed`. Any seed and any name are fine, the empty name too.
    public init(seed: UInt64, name: String) {
        var ofSeed = SplitMix64(seed: seed)
        var mixer = SplitMix64(seed: ofSeed.next() ^ Self.nameHash(name))
        s0 = mixer.next()
        s1 = mixer.next()
        s2 = mixer.next()
        s3 = mixer.next()  // Four outputs of a bijection of a moving counter are distinct, so the state is never all zero.
    }

    /// The stream that goes on from a ``state`` read earlier.
    /// - Throws: ``StatisticsError`` for the all-zero state, from which xoshiro256++ would draw zeros for ever.
    public init(state: (UInt64, UInt64, UInt64, UInt64)) throws(StatisticsError) {
        guard state != (0, 0, 0, 0) else {
            throw .invalidValue(of: "state of a random stream", index: nil, found: "all zero", accepted: "four words, not all zero")
        }
        (s0, s1, s2, s3) = state
    }

    /// All that the future of the stream depends on, for checkpoints.
    public var state: (UInt64, UInt64, UInt64, UInt64) { (s0, s1, s2, s3) }

    /// 64 uniformly distributed bits.
    public mutating func next() -> UInt64 {
        let sum = s0 &+ s3
        let result = ((sum << 23) | (sum >> 41)) &+ s0
        let shifted = s1 << 17
        s2 ^= s0
        s3 ^= s1
        s1 ^= s2
        s0 ^= s3
        s2 ^= shifted
        s3 = (s3 << 45) | (s3 >> 19)
        return result
    }

    /// A uniform number of the open interval (0, 1): k·2⁻⁵³ with k uniform on 1 … 2⁵³ − 1.
    ///
    /// Never 0 and never 1, with mean exactly ½. Takes one draw, and another in the one case in 2⁵³ that k = 0.
    public mutating func uniform() -> Double {
        while true {
            let k = next() >> 11
            if k != 0 { return Double(k) * 0x1p-53 }
        }
    }

    /// A uniform number x with lower ≤ x < upper: lower + (upper − lower)·``uniform()``, drawn again where rounding gives upper.
    /// - Precondition: finite bounds, lower < upper, and a finite width.
    public mutating func uniform(in range: Range<Double>) -> Double {
        let width = range.upperBound - range.lowerBound
        precondition(width > 0 && width.isFinite, "uniform(in:) needs a range of positive, finite width, not \(range)")
        while true {
            let value = range.lowerBound + width * uniform()
            if value < range.upperBound { return value }
        }
    }

    /// A number x ≥ lower whose logarithm is uniform: exp of ``uniform(in:)`` on the logarithms of the range, so x < upper up to rounding. Its last
    /// bit is as good as the C library's logarithm and exponential.
    /// - Precondition: 0 < lower < upper, both finite.
    public mutating func logUniform(in range: Range<Double>) -> Double {
        precondition(range.lowerBound > 0, "logUniform(in:) needs a range of positive numbers, not \(range)")
        return exp(uniform(in: log(range.lowerBound)..<log(range.upperBound)))
    }

    /// A standard normal number, Φ⁻¹(``uniform()``) by GSL: one draw a number, monotone in it, |x| < 8.3.
    public mutating func normal() -> Double {
        let u = uniform()
        // Φ⁻¹ is defined on all of the open interval, so the call cannot fail.
        return GSLCall.total { gsl_cdf_ugaussian_Pinv(u) }
    }

    /// A uniform integer of 0 ..< bound, unbiased: Lemire's multiply-and-reject (ACM TOMACS 29, 2019). Usually one draw.
    /// - Precondition: bound > 0.
    public mutating func integer(below bound: UInt64) -> UInt64 {
        precondition(bound > 0, "integer(below:) needs a positive bound")
        var product = next().multipliedFullWidth(by: bound)
        if product.low < bound {
            let threshold = (0 &- bound) % bound
            while product.low < threshold { product = next().multipliedFullWidth(by: bound) }
        }
        return product.high
    }

    /// A uniform permutation of 0 ..< n by Fisher and Yates, from the end: n − 1 bounded draws. Empty for n = 0.
    /// - Precondition: n ≥ 0.
    public mutating func permutation(of n: Int) -> [Int] {
        var permutation = Array(0..<n)
        var last = n - 1
        while last > 0 {
            permutation.swapAt(last, Int(integer(below: UInt64(last + 1))))
            last -= 1
        }
        return permutation
    }

    /// FNV-1a, 64 bits, of the name's UTF-8 bytes.
    private static func nameHash(_ name: String) -> UInt64 {
        name.utf8.reduce(0xcbf2_9ce4_8422_2325) { hash, byte in (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    }
}
