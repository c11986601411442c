// SPDX-License-Identifier: GPL-3.0-or-later
import Synchronization
import Testing

@testable import Networks

@Suite("Floating-point state")
struct FloatingPointStateTests {
    private struct Failure: Error {}

    /// A product that the compiler cannot work out ahead, of the least normal number and a half.
    @inline(never)
    private static func halved<Scalar: NetworkScalar>(_ x: Scalar) -> Scalar { x * 0.5 }

    #if arch(x86_64) || arch(arm64)
        @Test("a subnormal product is kept or flushed, as the state says")
        func products() {
            FloatingPointState(flushesSubnormals: false).run {
                #expect(Self.halved(Float.leastNormalMagnitude) == Float.leastNormalMagnitude.significand * 0x1p-127)
                #expect(Self.halved(Double.leastNormalMagnitude) != 0)
            }
            // Compared outside of the scope: inside, a subnormal operand itself would read as 0.
            let flushed = FloatingPointState(flushesSubnormals: true).run {
                (Self.halved(Float.leastNormalMagnitude), Self.halved(Double.leastNormalMagnitude))
            }
            #expect(flushed.0 == 0)
            #expect(flushed.1 == 0)
        }

        @Test("a subnormal operand is read as 0 where subnormals are flushed")
        func operands() {
            let tiny = Double(bitPattern: 1 << 40)
            let grown = FloatingPointState(flushesSubnormals: true).run { Self.grown(tiny) }
            #expect(grown == 0)
            #expect(Self.grown(tiny) > 0)
        }

        @inline(never)
        private static func grown(_ x: Double) -> Double { x * 0x1p100 }

        @Test("a state is set for its scope and restored after it, nested ones too", arguments: [false, true])
        func scope(flushes: Bool) {
            FloatingPointState(flushesSubnormals: !flushes).run {
                FloatingPointState(flushesSubnormals: flushes).run {
                    #expect(FloatingPointState.current.flushesSubnormals == flushes)
                    FloatingPointState(flushesSubnormals: !flushes).run { #expect(FloatingPointState.current.flushesSubnormals == !flushes) }
                    #expect(FloatingPointState.current.flushesSubnormals == flushes)
                }
                #expect(FloatingPointState.current.flushesSubnormals == !flushes)
            }
        }

        @Test("a state is restored when its scope throws", arguments: [false, true])
        func thrown(flushes: Bool) {
            FloatingPointState(flushesSubnormals: !flushes).run {
                #expect(throws: Failure.self) {
                    try FloatingPointState(flushesSubnormals: flushes).run { () throws(Failure) in
                        if FloatingPointState.current.flushesSubnormals == flushes { throw Failure() }
                    }
                }
                #expect(FloatingPointState.current.flushesSubnormals == !flushes)
            }
        }

        @Test("the threads of a product work in the caller's state, and give their own back", arguments: [false, true])
        func threads(flushes: Bool) {
            let seen = Mutex([Bool?](repeating: nil, count: 64))
            FloatingPointState(flushesSubnormals: flushes).run {
                MatrixProduct(threads: 3).perform(64) { index in
                    // Long enough for every thread to get a share.
                    var x = 1.0
                    for _ in 0..<20_000 { x = Self.halved(x + 1) }
                    seen.withLock { $0[index] = FloatingPointState.current.flushesSubnormals && x > 0 }
                }
            }
            #expect(seen.withLock { $0 } == Array(repeating: flushes, count: 64))
            let after = Mutex([Bool?](repeating: nil, count: 64))
            MatrixProduct(threads: 3).perform(64) { index in after.withLock { $0[index] = FloatingPointState.current.flushesSubnormals } }
            #expect(after.withLock { $0 } == Array(repeating: false, count: 64))
        }

        @Test("a product computes in the caller's state, small or tiled, on one thread or three", arguments: [2, 600], [1, 3])
        func matrixProducts(size: Int, threads: Int) {
            func check<Scalar: NetworkScalar>(_: Scalar.Type) {
                let (a, b) = (Tensor<Scalar>(shape: [size, 8]), Tensor<Scalar>(shape: [8, size]))
                for row in 0..<size { a.mutableElements[8 * row] = .leastNormalMagnitude }
                for column in 0..<size { b.mutableElements[column] = 0.5 }
                for flushes in [false, true] {
                    let c = Tensor<Scalar>(shape: [size, size], repeating: 1)
                    FloatingPointState(flushesSubnormals: flushes).run {
                        MatrixProduct(threads: threads)(a.base, b.base, into: c.base, m: size, n: size, k: 8)
                    }
                    #expect(c.values.allSatisfy { $0 == (flushes ? 0 : .leastNormalMagnitude / 2) }, "flushing \(flushes)")
                }
            }
            check(Float.self)
            check(Double.self)
        }
    #endif
}
