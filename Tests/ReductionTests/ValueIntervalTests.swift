// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Statistics
import Testing

@testable import Reduction

@Suite("Outward rounding")
struct ValueIntervalTests {
    @Test("Exact results stay, inexact ones move by one number")
    func exactness() {
        #expect(Directed.sumUp(1, 2) == 3 && Directed.sumDown(1, 2) == 3)
        #expect(Directed.productUp(3, 0.25) == 0.75 && Directed.productDown(3, 0.25) == 0.75)
        #expect(Directed.sumUp(1, 0x1p-60) == 1.0.nextUp && Directed.sumDown(1, 0x1p-60) == 1)
        #expect(Directed.sumUp(1, -0x1p-60) == 1 && Directed.sumDown(1, -0x1p-60) == 1.0.nextDown)
        #expect(Directed.productUp(1e-300, 1e-300) > 0 && Directed.productDown(1e-300, 1e-300) <= 0)
        #expect(Directed.productUp(0, .infinity) == 0)
        #expect(Directed.sumDown(.greatestFiniteMagnitude, .greatestFiniteMagnitude) == .greatestFiniteMagnitude)
    }

    #if arch(x86_64)
        /// Sums of two doubles of like size are exact in Float80, products nearly: 64 bits against 53.
        @Test("Sums and products enclose what extended precision finds", arguments: 1...20 as ClosedRange<UInt64>)
        func enclosure(seed: UInt64) {
            var stream = RandomStream(seed: seed, name: "interval")
            for _ in 0..<200 {
                let (a, b) = (stream.normal(), stream.normal())
                let (sum, product) = (Float80(a) + Float80(b), Float80(a) * Float80(b))
                #expect(Float80(Directed.sumDown(a, b)) <= sum && sum <= Float80(Directed.sumUp(a, b)))
                #expect(Float80(Directed.productDown(a, b)) <= product && product <= Float80(Directed.productUp(a, b)))
                #expect(Directed.sumUp(a, b) <= (a + b).nextUp && Directed.productUp(a, b) <= (a * b).nextUp)
            }
        }
    #endif

    @Test(
        "An activation's range holds every value, and its change every change",
        arguments: NetworkCase.activations + [.elu(alpha: -0.5), .softplus(beta: 2, threshold: 1)])
    func activations(activation: Activation) {
        let layer = ActivationValues(index: 0, activation: activation)
        var stream = RandomStream(seed: 1, name: "activation")
        for _ in 0..<100 {
            let (center, width) = (3 * stream.normal(), stream.uniform())
            let range = ValueInterval(center - width, center + width)
            let image = layer.range(of: range, feature: 0)
            let step = 0.1 * stream.uniform()
            for place in 0...20 {
                let z = min(range.upper, range.lower + (range.upper - range.lower) * Double(place) / 20)
                let value = layer.image(of: z, feature: 0)
                #expect(image.lower <= value && value <= image.upper, "\(z) in \(range) to \(value) outside \(image)")
                let moved = layer.image(of: z + (place % 2 == 0 ? step : -step), feature: 0)
                #expect(abs(moved - value) <= layer.change(of: step, in: range, feature: 0) + 1e-12)
            }
        }
        let everywhere = layer.range(of: .everything, feature: 0)
        #expect(everywhere.lower <= layer.image(of: -1, feature: 0) && everywhere.upper >= layer.image(of: 1e6, feature: 0))
    }
}
