// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records
import Statistics
import Testing

@testable import Probes

/// The node kernels against plain Swift: exact, on every size and every kind of number, wherever the input lies in memory.
@Suite("Node kernels")
struct TrainingScalarTests {
    static let seeds: [UInt64] = ProcessInfo.processInfo.environment["ADAMPROBE_TEST_SEED"].flatMap(UInt64.init).map { [$0] } ?? Array(1...6)

    /// Numbers of one node, of one kind each.
    enum Kind: CaseIterable {
        case normal, ties, subnormal, sparse, zero, withInfinity, withNotANumber, anyBits, equal, wide
    }

    private static func draw<Scalar: TrainingScalar>(_ kind: Kind, _ count: Int, _ stream: inout RandomStream) -> [Scalar] {
        let constant = Scalar(stream.normal())
        var values = (0..<count).map { _ -> Scalar in
            switch kind {
            case .normal, .withInfinity, .withNotANumber: return Scalar(stream.normal())
            case .ties: return Scalar(Int(stream.integer(below: 7)) - 3)
            case .subnormal: return Scalar(stream.normal() * 100) * .leastNonzeroMagnitude
            case .sparse: return stream.uniform() < 0.8 ? [0, -0.0][Int(stream.integer(below: 2))] : Scalar(stream.normal())
            case .zero: return 0
            case .anyBits: return Scalar.any(&stream)
            case .equal: return stream.uniform() < 0.5 ? constant : -constant
            case .wide: return Scalar(sign: .minus, exponent: Scalar.Exponent(Int(stream.integer(below: 200)) - 120), significand: 1)
            }
        }
        func plant(_ special: [Scalar]) {
            for value in special where count > 0 { values[Int(stream.integer(below: UInt64(count)))] = value }
        }
        if kind == .withInfinity { plant([.infinity, -.infinity]) }
        if kind == .withNotANumber { plant([.nan, -.nan, .infinity]) }
        return values
    }

    /// Calls `body` with a copy of the values that begins `offset` elements behind a cache line.
    private static func placed<Scalar, Result>(_ values: [Scalar], offset: Int, _ body: (UnsafeMutableBufferPointer<Scalar>) -> Result) -> Result {
        let storage = UnsafeMutableRawPointer.allocate(byteCount: (values.count + offset + 1) * MemoryLayout<Scalar>.stride, alignment: 64)
        defer { storage.deallocate() }
        let start = storage.bindMemory(to: Scalar.self, capacity: values.count + offset + 1) + offset
        start.initialize(from: values, count: values.count)
        return body(UnsafeMutableBufferPointer(start: start, count: values.count))
    }

    /// Bits for comparison, in which every NaN is the same.
    private static func bits(_ value: Double) -> UInt64 { value.isNaN ? .max : value.bitPattern }

    /// Σ x² as documented: element i into lane i mod 16, the lanes in rising order.
    private static func squares<Scalar: TrainingScalar>(_ values: [Scalar]) -> Double {
        var lanes = [Double](repeating: 0, count: 16)
        for (index, value) in values.enumerated() { lanes[index % 16] += Double(value) * Double(value) }
        return lanes.reduce(0, +)
    }

    /// Every kind on small sizes, sizes about multiples of 16, and random ones up to 2000.
    private static func forEachCase(seed: UInt64, _ body: (Kind, Int, inout RandomStream) -> Void) {
        var stream = RandomStream(seed: seed, name: "kernels")
        for kind in Kind.allCases {
            let random = (0..<6).map { _ in 1 + Int(stream.integer(below: 2000)) }
            for count in [1, 2, 3, 8, 15, 16, 17, 31, 32, 33, 47, 64, 65, 100, 256] + random { body(kind, count, &stream) }
        }
    }

    @Test("sums over weights are the documented ones, bit for bit, at any alignment", arguments: seeds)
    func weightSums(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            Self.forEachCase(seed: seed) { kind, count, stream in
                let values: [Scalar] = Self.draw(kind, count, &stream)
                let magnitudes = values.map { Double($0.magnitude) }
                let largest = magnitudes.contains(where: \.isNaN) ? .nan : magnitudes.max() ?? 0
                for offset in [0, 1, 3, 7, 15] {
                    let sums = Self.placed(values, offset: offset) { Scalar.weightSums(UnsafeBufferPointer($0)) }
                    #expect(Self.bits(sums.squares) == Self.bits(Self.squares(values)), "\(kind) \(count) +\(offset)")
                    #expect(Self.bits(sums.largest) == Self.bits(largest), "\(kind) \(count) +\(offset)")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("sums over gradients count signs, zeros and agreement as a plain loop does, at any alignment", arguments: seeds)
    func gradientSums(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            Self.forEachCase(seed: seed) { kind, count, stream in
                let gradient: [Scalar] = Self.draw(kind, count, &stream)
                let previous: [Scalar] = Self.draw(Kind.allCases[Int(stream.integer(below: 10))], count, &stream)
                func sign(_ value: Scalar) -> Int { value > 0 ? 1 : (value < 0 ? -1 : 0) }
                let signs = gradient.map(sign)
                let agreeing = zip(signs, previous.map(sign)).filter { $0 == $1 && $0 != 0 }.count
                for (offset, other) in [(0, 0), (1, 0), (0, 5), (7, 15)] {
                    let sums = Self.placed(gradient, offset: offset) { gradient in
                        Self.placed(previous, offset: other) { previous in
                            Scalar.gradientSums(UnsafeBufferPointer(gradient), previous: UnsafeBufferPointer(previous))
                        }
                    }
                    #expect(Self.bits(sums.squares) == Self.bits(Self.squares(gradient)), "\(kind) \(count)")
                    #expect(sums.signSum == signs.reduce(0, +), "\(kind) \(count)")
                    #expect(sums.nonzero == signs.filter { $0 != 0 }.count, "\(kind) \(count)")
                    #expect(sums.agreeing == agreeing, "\(kind) \(count)")
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("sign coherence and agreement are shares of the non-zero entries")
    func signShares() {
        let gradient: [Float] = [1, 2, -3, 0, 4]
        let previous: [Float] = [1, -2, -3, 5, 0]
        let sums = gradient.withUnsafeBufferPointer { gradient in previous.withUnsafeBufferPointer { Float.gradientSums(gradient, previous: $0) } }
        #expect(sums.signCoherence == 2.0 / 4)
        #expect(sums.signAgreement == 2.0 / 4)
        let nothing = [Float](repeating: 0, count: 3)
        let none = nothing.withUnsafeBufferPointer { Float.gradientSums($0, previous: $0) }
        #expect(none.signCoherence.isNaN)
        #expect(none.signAgreement.isNaN)
    }

    @Test("squared norms are exact if they are under the limit; at the limit, above it, and with NaN they are ∞", arguments: seeds)
    func squaredNorms(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            Self.forEachCase(seed: seed) { kind, count, stream in
                let values: [Scalar] = Self.draw(kind, count, &stream)
                let sum = Self.squares(values)
                for limit in [sum.nextUp, sum, sum.nextDown, sum / 2, 2 * sum, 0, 1e-30, .infinity] where !limit.isNaN {
                    for offset in [0, 1, 9] {
                        // This row behind one that is 0.
                        var found = [Double.nan, .nan]
                        Self.placed(Array(repeating: Scalar(0), count: count) + values, offset: offset) { rows in
                            found.withUnsafeMutableBufferPointer {
                                Scalar.squaredNorms(of: UnsafeBufferPointer(rows), below: limit, into: $0)
                            }
                        }
                        #expect(found == [0 < limit ? 0 : .infinity, sum < limit ? sum : .infinity], "\(kind) \(count) below \(limit)")
                    }
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("order statistics of each row's magnitudes are those of a sort, to the bit and at any alignment, NaN being largest", arguments: seeds)
    func orderStatistics(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            Self.forEachCase(seed: seed) { kind, count, stream in
                let random = (0..<12).map { _ in Int(stream.integer(below: UInt64(count))) }
                let ranks = count <= 33 ? Array(0..<count) : [0, count / 4, count / 2, count / 2, 3 * count / 4, count - 1] + random
                for (rows, stride, offset, other) in [(1, 1, 0, 0), (3, 5, 1, 2), (17, 17, 11, 7)] where rows * count < 10_000 {
                    let values: [Scalar] = (0..<rows).flatMap { _ in Self.draw(kind, count, &stream) as [Scalar] }
                    // Guesses: near, far and impossible; columns of no row are not to be written.
                    let guesses: [Scalar] = [-1, .nan, 0, .infinity, values[0], .leastNonzeroMagnitude, .greatestFiniteMagnitude]
                    var expected = (0..<ranks.count * stride).map { guesses[($0 + offset) % guesses.count] }
                    var result = expected
                    for row in 0..<rows {
                        let sorted = values[row * count..<(row + 1) * count].map(\.magnitudeOfAnyBits).sorted { $0.bits < $1.bits }
                        for (level, rank) in ranks.enumerated() { expected[level * stride + row] = sorted[rank] }
                    }
                    let untouched = Self.placed(values, offset: offset) { x in
                        Self.placed(Array(repeating: Scalar(0), count: count), offset: other) { scratch in
                            result.withUnsafeMutableBufferPointer {
                                Scalar.orderStatistics(
                                    of: UnsafeBufferPointer(x), rows: rows, ranks: ranks, into: $0.baseAddress!, stride: stride, scratch: scratch)
                            }
                            return x.map(\.bits)
                        }
                    }
                    #expect(result.map(\.bits) == expected.map(\.bits), "\(kind) \(rows) rows of \(count)")
                    #expect(untouched == values.map(\.bits))
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("order statistics are found from any guess: in clusters, between them, among equals and subnormals", arguments: seeds)
    func orderFromGuesses(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            var stream = RandomStream(seed: seed, name: "guesses")
            let tiny = Scalar.leastNonzeroMagnitude
            let kinds: [(Int) -> Scalar] = [
                { _ in 0.25 },
                { $0 % 2 == 0 ? 1e-12 : 3 },
                { $0 % 3 == 0 ? Scalar(1e-12 * (1 + 0.1 * stream.normal())) : Scalar(3 * (1 + 1e-6 * stream.normal())) },
                { $0 < 700 ? Scalar(1).nextUp : Scalar(1) },
                { tiny * Scalar($0) },
                { $0 % 7 == 0 ? .nan : Scalar(stream.normal()) },
                { Scalar(sign: .plus, exponent: Scalar.Exponent($0 % 120 - 60), significand: 1) },
                { $0 < 392 ? 0 : tiny },
            ]
            for kind in kinds {
                let values = (0..<784).map(kind)
                let sorted = values.filter { !$0.isNaN }.map(\.magnitude).sorted() + values.filter(\.isNaN)
                let ranks = [0, 1, 196, 391, 392, 393, 587, 700, 782, 783]
                let truth = ranks.map { sorted[$0] }
                var guesses: [[Scalar]] = [truth, truth.reversed(), truth.map { $0 * 1.01 }, truth.map(\.nextDown)]
                guesses += [0, 1, .nan, .infinity, 1e-30].map { Array(repeating: $0, count: ranks.count) }
                for guess in guesses {
                    var (result, scratch) = (guess, values)
                    result.withUnsafeMutableBufferPointer { result in
                        scratch.withUnsafeMutableBufferPointer { scratch in
                            values.withUnsafeBufferPointer {
                                Scalar.orderStatistics(
                                    of: $0, rows: 1, ranks: ranks, into: result.baseAddress!, stride: 1, scratch: scratch)
                            }
                        }
                    }
                    #expect(result.map { Self.bits(Double($0)) } == truth.map { Self.bits(Double($0)) })
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("quotients are those of a loop, and sums that keep the gradient are those that don't", arguments: seeds)
    func quotientsAndKeeping(seed: UInt64) {
        func check<Scalar: TrainingScalar>(_: Scalar.Type) {
            Self.forEachCase(seed: seed) { kind, count, stream in
                let (values, others): ([Scalar], [Scalar]) = (Self.draw(kind, count, &stream), Self.draw(.normal, count, &stream))
                Self.placed(values, offset: 3) { x in
                    Self.placed(others, offset: 1) { y in
                        let sums = Scalar.gradientSums(UnsafeBufferPointer(x), previous: UnsafeBufferPointer(y))
                        let keeping = Scalar.gradientSums(UnsafeBufferPointer(x), keepingIn: y)
                        #expect(Self.bits(keeping.squares) == Self.bits(sums.squares) && keeping.agreeing == sums.agreeing)
                        #expect(keeping.signSum == sums.signSum && keeping.nonzero == sums.nonzero)
                        #expect(y.map { Self.bits(Double($0)) } == values.map { Self.bits(Double($0)) })
                        for j in y.indices { y[j] = others[j] }
                        Scalar.divide(x, by: UnsafeBufferPointer(y))
                        #expect(x.map { Self.bits(Double($0)) } == zip(values, others).map { Self.bits(Double($0 / $1)) })
                    }
                }
            }
        }
        check(Float.self)
        check(Double.self)
    }

    @Test("order statistics are the same where the thread flushes subnormals: they compare bits", arguments: [50, 100])
    func orderOfSubnormals(count: Int) {
        let values = (0..<count).map { Float.leastNonzeroMagnitude * Float(($0 * 37) % count) }
        var result = [Float](repeating: 0, count: count)
        var scratch = result
        FloatingPointState(flushesSubnormals: true).run {
            result.withUnsafeMutableBufferPointer { result in
                scratch.withUnsafeMutableBufferPointer { scratch in
                    values.withUnsafeBufferPointer {
                        Float.orderStatistics(
                            of: $0, rows: 1, ranks: Array(0..<count), into: result.baseAddress!, stride: 1, scratch: scratch)
                    }
                }
            }
        }
        #expect(result.map(\.bitPattern) == (0..<count).map { UInt32($0) })
    }

    @Test("a precision knows its name, and its records keep every bit")
    func records() throws {
        #expect(Float.elementType == .float32)
        #expect(Double.elementType == .float64)
        let float = Float.record([1, -0.0, .leastNonzeroMagnitude], shape: [3])
        #expect(float.elementType == .float32)
        #expect(try float.values(as: Float.self) == [1, -0.0, .leastNonzeroMagnitude])
        let double = Double.record([.pi, .infinity], shape: [2, 1])
        #expect(double.elementType == .float64)
        #expect(double.shape == [2, 1])
        #expect(try double.values(as: Double.self) == [.pi, .infinity])
    }

    @Test(
        "a norm is right over the whole range of numbers, where plain squares vanish or overflow",
        arguments: [
            1, 1e-100, 1e-150, 1e-170, 1e-300, .leastNonzeroMagnitude, 1e155, 1e300,
        ])
    func norm(scale: Double) {
        // 3-4-12-84-85: whole multiples of the scale, so that the exact norm is 85 times it.
        let values = [3.0, -4, 12, 84, 0].map { $0 * scale }
        let norm = values.withUnsafeBufferPointer { Double.norm(of: $0) }
        #expect(abs(norm - 85 * scale) <= 4 * (85 * scale).ulp, "\(norm)")
        let same = values.withUnsafeBufferPointer { Double.norm(of: $0, Double.gradientSums($0, previous: $0)) }
        #expect(same == norm)
    }

    @Test("the norm of zeros is 0, of NaN is NaN, of an infinity infinite")
    func specialNorms() {
        func norm(_ values: [Double]) -> Double { values.withUnsafeBufferPointer { Double.norm(of: $0) } }
        #expect(norm([0, 0, -0.0]) == 0)
        #expect(norm([1, .nan]).isNaN)
        #expect(norm([1, -.infinity]) == .infinity)
        #expect([Float(3e-30), 4e-30].withUnsafeBufferPointer { Float.norm(of: $0) } > 4.9e-30)
    }
}

extension TrainingScalar {
    /// A number of any bit pattern.
    fileprivate static func any(_ stream: inout RandomStream) -> Self {
        let bits = stream.next()
        return MemoryLayout<Self>.size == 4 ? Self(Float(bitPattern: UInt32(truncatingIfNeeded: bits))) : Self(Double(bitPattern: bits))
    }

    fileprivate var bits: UInt64 {
        withUnsafeBytes(of: self) { MemoryLayout<Self>.size == 4 ? UInt64($0.load(as: UInt32.self)) : $0.load(as: UInt64.self) }
    }

    /// |x| without its sign bit, be it a NaN.
    fileprivate var magnitudeOfAnyBits: Self {
        let rest = bits & ~(1 << (MemoryLayout<Self>.size * 8 - 1))
        return withUnsafeBytes(of: rest) { $0.load(as: Self.self) }
    }
}
