// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Statistics
import Testing

@Suite("Sum of absolute values")
struct AbsoluteSumTests {
    /// The definition: element i into lane i mod 16, the lanes in rising order.
    private func sum<Scalar: NetworkScalar>(_ x: [Scalar]) -> Double {
        var lanes = Array(repeating: 0.0, count: 16)
        for (i, value) in x.enumerated() { lanes[i % 16] += abs(Double(value)) }
        return lanes.reduce(0, +)
    }

    @Test("It is the definition's, to the bit, for every length of the last vector", arguments: [0, 1, 15, 16, 17, 33, 784])
    func definition(count: Int) {
        var stream = RandomStream(seed: UInt64(count), name: "test.absoluteSum")
        let x = (0..<count).map { _ in stream.normal() * .exp10(stream.uniform(in: -40..<30)) }
        x.withUnsafeBufferPointer { #expect(Double.absoluteSum(of: $0) == sum(x)) }
        let y = x.map { Float($0) }
        y.withUnsafeBufferPointer { #expect(Float.absoluteSum(of: $0) == sum(y)) }
    }

    @Test("A NaN anywhere makes it NaN, and an infinity infinite")
    func nonFinite() {
        for position in [0, 7, 16, 39] {
            var x = Array(repeating: Float(1), count: 40)
            x[position] = .nan
            x.withUnsafeBufferPointer { #expect(Float.absoluteSum(of: $0).isNaN) }
            x[position] = -.infinity
            x.withUnsafeBufferPointer { #expect(Float.absoluteSum(of: $0) == .infinity) }
        }
    }
}
