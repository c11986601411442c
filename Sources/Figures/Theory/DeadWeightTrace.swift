// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Laboratory
import Theory

/// One dead weight's way through the laboratory, thinned to what a plot can show.
///
/// An oscillating weight crosses zero again and again: of each bin of steps the largest |w| is kept, which is its envelope.
struct DeadWeightTrace {
    /// First step of the bin, largest |w| in it, √v at its first step.
    struct Point: Equatable {
        let step: Int
        let magnitude: Double
        let rootSecondMoment: Double
    }

    let points: [Point]
    /// |w| at every step, from the start.
    let magnitudes: [Double]

    /// Runs a case in an arithmetic.
    /// - Parameter bin: steps a point; ≥ 1.
    init(_ one: LaboratoryCase, in laboratory: Laboratory, steps: Int, bin: Int) throws {
        let outcome = try laboratory.run([one], steps: steps, measuring: LaboratoryMeasurement(samples: Array(0...steps)))[0]
        let magnitudes = outcome.sampledWeights.map(\.magnitude)
        self.magnitudes = magnitudes
        points = stride(from: 0, to: magnitudes.count, by: bin).map { start in
            Point(
                step: start, magnitude: magnitudes[start..<min(start + bin, magnitudes.count)].max() ?? .nan,
                rootSecondMoment: outcome.sampledSecondMoments[start].squareRoot())
        }
    }

    /// Rows of step and envelope for a log axis, on which 0 has no place: it counts as not a number.
    var envelopeRows: [String] { points.map { "\($0.step) \(Number.coarse($0.magnitude > 0 ? $0.magnitude : .nan))" } }
}

/// What the adiabatic recursion foretells of a dead weight, step by step.
struct AdiabaticEnvelope {
    /// A step, log₁₀ of the envelope of |w| (nil during the start), √v, η.
    struct Point: Equatable {
        let step: Int
        let logMagnitude: Double?
        let rootSecondMoment: Double
        let effectiveDecay: Double
    }

    /// One a step, from step 1.
    let points: [Point]

    init(_ one: LaboratoryCase, steps: Int) throws {
        var recursion = try AdiabaticRecursion(one.weight, rule: one.rule, learningRate: one.learningRate, l2: one.l2)
        points = (0..<steps).map { _ in
            recursion.advance()
            return Point(
                step: recursion.stepsMade, logMagnitude: recursion.hasStarted ? recursion.logEnvelope / log(10) : nil,
                rootSecondMoment: exp(recursion.logSecondMoment / 2), effectiveDecay: recursion.effectiveDecay)
        }
    }

    /// The first step whose effective decay is at least `decay`.
    func step(reaching decay: Double) -> Int? { points.first { $0.effectiveDecay >= decay }?.step }

    /// The first step from `start` on whose envelope is at least 10^`logMagnitude`.
    func step(from start: Int, risingTo logMagnitude: Double) -> Int? {
        points.first { $0.step >= start && ($0.logMagnitude ?? -.infinity) >= logMagnitude }?.step
    }
}
