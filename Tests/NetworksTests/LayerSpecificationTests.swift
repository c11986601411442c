// SPDX-License-Identifier: GPL-3.0-or-later
import Statistics
import Testing

@testable import Networks

@Suite("Initialisation")
struct LayerSpecificationTests {
    static let layers: [LayerSpecification] = [.dense(units: 200), .batchNorm(), .activation(.relu()), .dense(units: 50)]
    static let inputs = 100

    private func network<Scalar: NetworkScalar>(_ initialization: Initialization, seed: UInt64 = 5, _: Scalar.Type) throws -> Network<Scalar> {
        let network = try Network<Scalar>(Self.layers, inputCount: Self.inputs, capacity: 1)
        network.initialize(initialization, seed: seed)
        return network
    }

    /// Standard deviation, and the bound of a uniform draw, of a weight with this fan.
    private func expected(_ initialization: Initialization, fan: (in: Int, out: Int)) -> (deviation: Double, bound: Double?) {
        let (inputs, outputs) = (Double(fan.in), Double(fan.out))
        func uniform(_ bound: Double) -> (Double, Double?) { (bound / 3.0.squareRoot(), bound) }
        switch initialization {
        case .heNormal: return ((2 / inputs).squareRoot(), nil)
        case .heUniform: return uniform((6 / inputs).squareRoot())
        case .glorotNormal: return ((2 / (inputs + outputs)).squareRoot(), nil)
        case .glorotUniform: return uniform((6 / (inputs + outputs)).squareRoot())
        case .pytorch: return uniform(1 / inputs.squareRoot())
        }
    }

    @Test("weights have mean 0 and the deviation, the shape and the bound of their distribution", arguments: Initialization.allCases)
    func moments(_ initialization: Initialization) throws {
        for parameter in try network(initialization, Double.self).parameters where parameter.role == .weight {
            let values = parameter.value.values
            let (deviation, bound) = expected(initialization, fan: parameter.fan)
            let n = Double(values.count)
            let mean = values.reduce(0, +) / n / deviation
            let square = values.map { $0 * $0 }.reduce(0, +) / n / (deviation * deviation)
            let fourth = values.map { $0 * $0 * $0 * $0 }.reduce(0, +) / n / (deviation * deviation * deviation * deviation)
            // Five standard errors; the seed is fixed, so the test does not waver. Fourth moments: 3 of a normal, 9/5 of a uniform.
            let normal = bound == nil
            #expect(abs(mean) < 5 / n.squareRoot())
            #expect(abs(square - 1) < 5 * ((normal ? 2 : 0.8) / n).squareRoot())
            #expect(abs(fourth - (normal ? 3 : 1.8)) < 5 * ((normal ? 96 : 5.76) / n).squareRoot())
            if let bound {
                let largest = values.map(\.magnitude).max() ?? 0
                #expect(largest <= bound)
                #expect(largest > 0.99 * bound)
            }
        }
    }

    @Test("biases are 0 but for PyTorch's; γ stays 1 and β 0", arguments: Initialization.allCases)
    func constants(_ initialization: Initialization) throws {
        for parameter in try network(initialization, Double.self).parameters {
            let values = parameter.value.values
            switch parameter.role {
            case .weight: #expect(values.allSatisfy { $0 != 0 })
            case .bias where initialization == .pytorch:
                #expect(values.allSatisfy { $0 != 0 && abs($0) <= 1 / Double(parameter.fan.in).squareRoot() })
            case .bias, .batchNormShift: #expect(values.allSatisfy { $0 == 0 })
            case .batchNormScale: #expect(values.allSatisfy { $0 == 1 })
            }
        }
    }

    @Test("a float32 network starts from the float64 one's values, rounded", arguments: Initialization.allCases)
    func precision(_ initialization: Initialization) throws {
        let (double, float) = (try network(initialization, Double.self), try network(initialization, Float.self))
        for (wide, narrow) in zip(double.parameters, float.parameters) { #expect(areSame(wide.value.values.map(Float.init), narrow.value.values)) }
    }

    @Test("one layer's draw does not depend on the other layers, and each has its own stream of the seed")
    func independence() throws {
        let first = try network(.heNormal, Double.self)
        let wider = try Network<Double>(
            [.dense(units: 200), .batchNorm(), .activation(.relu()), .dense(units: 70), .dense(units: 3)], inputCount: Self.inputs, capacity: 1)
        wider.initialize(.heNormal, seed: 5)
        #expect(areSame(first.parameters[0].value.values, wider.parameters[0].value.values))
        // The first rows of the wider layer have the same fan-in, hence the same numbers.
        let (narrow, wide) = (
            try #require(first.parameters.first { $0.name == "3.weight" }), try #require(wider.parameters.first { $0.name == "3.weight" })
        )
        #expect(areSame(narrow.value.values, wide.value.values.prefix(narrow.value.count)))
        #expect(first.parameters[0].value.values.prefix(50) != narrow.value.values.prefix(50))
        #expect(try areSame(network(.heNormal, Double.self).parameters[0].value.values, first.parameters[0].value.values))
        #expect(try !areSame(network(.heNormal, seed: 6, Double.self).parameters[0].value.values, first.parameters[0].value.values))
    }
}
