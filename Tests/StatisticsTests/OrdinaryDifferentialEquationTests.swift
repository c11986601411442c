// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Statistics

@Suite("Ordinary differential equations")
struct OrdinaryDifferentialEquationTests {
    private struct Refusal: Error {}

    /// Local errors of 1e-10, added over the 700 steps that the Adams method takes at most here, by solutions that do not amplify them.
    static let globalTolerance = 1e-7

    @Test("decay and rotation follow their closed forms", arguments: [OrdinaryDifferentialEquation.Method.rungeKuttaFehlberg45, .adams])
    func closedForms(method: OrdinaryDifferentialEquation.Method) throws {
        let times = [0.5, 1, 4, 10]
        let decay = OrdinaryDifferentialEquation(method: method) { _, y in [-y[0]] }
        for (t, y) in zip(times, try decay.solve(from: 0, [1], at: times)) { #expect(abs(y[0] - exp(-t)) < Self.globalTolerance) }
        let rotation = OrdinaryDifferentialEquation(method: method) { _, y in [y[1], -y[0]] }
        for (t, y) in zip(times, try rotation.solve(from: 0, [0, 1], at: times)) {
            #expect(abs(y[0] - sin(t)) < Self.globalTolerance && abs(y[1] - cos(t)) < Self.globalTolerance)
        }
    }

    @Test("time enters the right-hand side, and may run backwards")
    func backwards() throws {
        let growth = OrdinaryDifferentialEquation { t, _ in [3 * t * t] }
        let values = try growth.solve(from: 2, [8], at: [1, 0, -1])
        for (y, expected) in zip(values, [1.0, 0, -1]) { #expect(abs(y[0] - expected) < Self.globalTolerance) }
        #expect(try growth.solve(from: 0, [0], at: []).isEmpty)
    }

    @Test("a solution that leaves for infinity is an error", arguments: [OrdinaryDifferentialEquation.Method.rungeKuttaFehlberg45, .adams])
    func blowUp(method: OrdinaryDifferentialEquation.Method) {
        // y = 1/(1−t) ends at t = 1.
        let equation = OrdinaryDifferentialEquation(method: method, stepLimit: 10_000) { _, y in [y[0] * y[0]] }
        #expect(throws: GSLError.self) { try equation.solve(from: 0, [1], at: [2]) }
    }

    @Test("the right-hand side's own error comes through")
    func throwing() {
        let equation = OrdinaryDifferentialEquation { t, y in
            guard t < 0.5 else { throw Refusal() }
            return y
        }
        #expect(throws: Refusal.self) { try equation.solve(from: 0, [1], at: [1]) }
    }

    @Test("too few components, no y, and times out of order are refused")
    func refused() {
        let short = OrdinaryDifferentialEquation { _, _ in [] }
        #expect(throws: StatisticsError.self) { try short.solve(from: 0, [1], at: [1]) }
        let equation = OrdinaryDifferentialEquation { _, y in y }
        #expect(throws: StatisticsError.self) { try equation.solve(from: 0, [], at: [1]) }
        #expect(throws: StatisticsError.self) { try equation.solve(from: 0, [1], at: [1, 0.5]) }
        #expect(throws: StatisticsError.self) { try equation.solve(from: 0, [1], at: [0]) }
        #expect(throws: StatisticsError.self) { try equation.solve(from: 0, [.nan], at: [1]) }
    }
}
