// SPDX-License-Identifier: GPL-3.0-or-later

/// SplitMix64: turns any 64-bit seed, however poor, into well mixed 64-bit numbers; used to seed ``RandomStream``.
///
///     z ← (state ← state + 0x9e3779b97f4a7c15)
///     z ← (z ⊕ z≫30)·0xbf58476d1ce4e5b9;  z ← (z ⊕ z≫27)·0x94d049bb133111eb;  output z ⊕ z≫31
///
/// Period 2⁶⁴, each number once. Source: Steele, Lea & Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014, with the
/// constants of Vigna's reference code.
public struct SplitMix64: RandomNumberGenerator, Sendable, Equatable {
    /// The Weyl counter; its value before the first draw is the seed.
    public private(set) var state: UInt64

    public init(seed: UInt64) {
        state = seed
    }

    public mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
