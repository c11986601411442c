// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Optimizers

@Suite("A penalty's part in a step")
struct PenalizedRowsTests {
    static let kinds: [SparsityPenalty.Kind] = [.groupLasso(), .groupLasso(scalesWithGroupSize: true), .l1]
    private static let (rows, columns) = (4, 5)

    private static func drawn(_ seed: UInt64) -> [Double] {
        var random = SplitMix(state: seed)
        return (0..<rows * columns).map { _ in random.signed() }
    }

    private func subgradient(_ penalty: SparsityPenalty, at weights: [Double], dataGradient: [Double]) -> [Double] {
        let part = PenalizedRows<Double>(penalty, rows: Self.rows, columns: Self.columns)
        weights.withUnsafeBufferPointer { weights in dataGradient.withUnsafeBufferPointer { part.addSubgradient(at: weights, to: $0) } }
        return part.gradient.map { Array($0) } ?? []
    }

    @Test("The subgradient is the derivative of the penalty's value", arguments: kinds)
    func derivative(_ kind: SparsityPenalty.Kind) {
        let penalty = SparsityPenalty(kind, coefficient: 0.7, method: .subgradient)
        let weights = Self.drawn(1)
        let gradient = subgradient(penalty, at: weights, dataGradient: weights.map { _ in 0 })
        func value(_ weights: [Double]) -> Double { weights.withUnsafeBufferPointer { penalty.value(of: $0, columns: Self.columns) } }
        for index in weights.indices {
            let step = 0x1p-17  // the cube root of ε: truncation h² and rounding ε/h are both near 1e-10
            var (above, below) = (weights, weights)
            above[index] += step
            below[index] -= step
            let numeric = (value(above) - value(below)) / (2 * step)
            #expect(abs(numeric - gradient[index]) <= 1e-9, "\(index): \(numeric), \(gradient[index])")
        }
    }

    @Test("At zero rows and zero weights the subgradient is 0, at tiny rows it has its full length", arguments: kinds)
    func zero(_ kind: SparsityPenalty.Kind) {
        let penalty = SparsityPenalty(kind, coefficient: 0.5, method: .subgradient)
        var weights = Self.drawn(2)
        for index in 0..<Self.columns { weights[index] = index == 2 ? -0.0 : 0 }
        for index in Self.columns..<2 * Self.columns { weights[index] *= 0x1p-1000 }
        let data = Self.drawn(3)
        let gradient = subgradient(penalty, at: weights, dataGradient: data)
        #expect(Array(gradient[0..<Self.columns]) == Array(data[0..<Self.columns]))
        let tiny = (Self.columns..<2 * Self.columns).map { gradient[$0] - data[$0] }
        let length = kind == .l1 ? tiny.map(\.magnitude).max()! : tiny.reduce(0) { $0 + $1 * $1 }.squareRoot()
        #expect(abs(length - penalty.coefficient(groupSize: Self.columns)) < 1e-12)
    }

    @Test("√(group size) multiplies the coefficient where it is asked for, and only there")
    func groupSize() {
        #expect(SparsityPenalty(.groupLasso(scalesWithGroupSize: true), coefficient: 0.5).coefficient(groupSize: 64) == 4)
        #expect(SparsityPenalty(.groupLasso(), coefficient: 0.5).coefficient(groupSize: 64) == 0.5)
        #expect(SparsityPenalty(.l1, coefficient: 0.5).coefficient(groupSize: 64) == 0.5)
    }

    @Test("Each method does its own half: proximal leaves the gradient, the subgradient leaves the weights")
    func halves() throws {
        let weights = Self.drawn(4)
        let optimizer = try Optimizer<Double>(
            rule: StochasticGradientDescent(), parameters: [OptimizedParameter(name: "0.weight", count: weights.count)])
        func shrunk(_ method: SparsityPenalty.Method) -> [Double] {
            let part = PenalizedRows<Double>(SparsityPenalty(.groupLasso(), coefficient: 0.3, method: method), rows: Self.rows, columns: Self.columns)
            #expect((part.gradient == nil) == (method != .subgradient))
            var result = weights
            result.withUnsafeMutableBufferPointer { part.shrink($0, learningRate: 0.5, by: optimizer, parameter: 0) }
            return result
        }
        #expect(shrunk(.subgradient) == weights)
        let shorter = shrunk(.proximal())
        // Every row is shorter by αλ = 0.15, in its own direction.
        for row in 0..<Self.rows {
            let range = row * Self.columns..<(row + 1) * Self.columns
            func norm(_ x: [Double]) -> Double { x[range].withUnsafeBufferPointer { Double.norm(of: $0) } }
            #expect(abs(norm(shorter) - max(0, norm(weights) - 0.15)) < 1e-15)
        }
        // Gradient descent's metric is 1.
        #expect(relativeDifference(shrunk(.proximal(.denominator)), shorter) < 1e-15)
    }

    @Test("In Adam's own metric the fixed points are the stationary points of loss and penalty; in the Euclidean one they are not")
    func stationaryPoint() throws {
        // Loss ½Σ h_j(w_j − c_j)², one group; curvatures differ by 100, so that Adam's denominators do.
        let (centre, curvature, lambda) = ([1.0, -2, 0.5], [1.0, 10, 0.1], 0.2)
        func residual(_ metric: SparsityPenalty.Metric) throws -> Double {
            let part = PenalizedRows<Double>(SparsityPenalty(.groupLasso(), coefficient: lambda, method: .proximal(metric)), rows: 1, columns: 3)
            var run = try PlantedRun<Double>(Adam(), weights: [0.3, 0.4, -0.2])
            for step in 0..<40_000 {
                let gradient = (0..<3).map { curvature[$0] * (run.weights[$0] - centre[$0]) }
                let rate = 0.01 / (1 + Double(step) / 2000)
                run.step(gradient, learningRate: rate)
                let optimizer = run.optimizer
                run.weights.withUnsafeMutableBufferPointer { part.shrink($0, learningRate: rate, by: optimizer, parameter: 0) }
            }
            let norm = run.weights.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return (0..<3).map { abs(curvature[$0] * (run.weights[$0] - centre[$0]) + lambda * run.weights[$0] / norm) }.max()!
        }
        #expect(try residual(.denominator) < 1e-6)
        #expect(try residual(.euclidean) > 0.01)
    }
}
