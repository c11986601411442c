// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import RealModule
import Records
import Statistics
import Theory

/// One arithmetic as the departure report names it.
struct ReportedArithmetic: Sendable {
    let name: String
    let arithmetic: Arithmetic
    let flushes: Bool

    static let all = [
        ReportedArithmetic(name: "float32", arithmetic: .float32, flushes: false),
        ReportedArithmetic(name: "float32-ftz", arithmetic: .float32, flushes: true),
        ReportedArithmetic(name: "float64", arithmetic: .float64, flushes: false),
        ReportedArithmetic(name: "float80", arithmetic: .float80, flushes: false),
    ].filter(\.arithmetic.isAvailable)
}

/// A law with a conclusion about a trajectory, and how its cases are drawn.
struct DepartureLaw: Sendable {
    let id: String
    /// What is concluded, in one line.
    let conclusion: String
    /// ξ of the passage (and revival) that the law speaks of, as a multiple of |w₀| if `isRelative`.
    var threshold: Double
    var isRelative = false
    var steps: Int
    /// States over which the floor is taken; nil for laws without.
    var window: Range<Int>?
    let draw: @Sendable (inout RandomStream) -> LaboratoryCase

    func threshold(of laboratoryCase: LaboratoryCase) -> Double {
        isRelative ? threshold * laboratoryCase.weight.weight.magnitude : threshold
    }
}

/// What a trajectory came to: events, by the state at which they are met.
struct Conclusion: Equatable, Sendable {
    var passage: Int?
    var revival: Int?
    var rms: Double?

    /// The first state at which two conclusions differ; nil if they never do.
    func departure(from other: Conclusion) -> Int? {
        func first(_ a: Int?, _ b: Int?) -> Int? { a == b ? nil : [a, b].compactMap { $0 }.min() }
        return [first(passage, other.passage), first(revival, other.revival)].compactMap { $0 }.min()
    }
}

/// The oracle's trajectory of a case: every weight, and the conclusion.
struct OracleTrajectory: Sendable {
    /// w of each state, as `Double`; 0 below its range.
    private(set) var weights: [Double] = []
    private(set) var conclusion = Conclusion()

    init(_ laboratoryCase: LaboratoryCase, threshold: Double, steps: Int, window: Range<Int>?) {
        var oracle = Oracle(laboratoryCase)
        let (patience, logThreshold) = (laboratoryCase.rule.passagePatience, Double.log2(threshold))
        var (since, squares): (Int?, Double) = (nil, 0)
        weights.reserveCapacity(steps + 1)
        for state in 0...steps {
            if state > 0 { oracle.advance() }
            let w = oracle.weight.double
            weights.append(w)
            if window?.contains(state) == true { squares += w * w }
            if oracle.weight.log2Magnitude < logThreshold {
                let start = since ?? state
                since = start
                if conclusion.passage == nil, state - start >= patience { conclusion.passage = start }
            } else {
                since = nil
                if conclusion.passage != nil, conclusion.revival == nil { conclusion.revival = state }
            }
        }
        if let window { conclusion.rms = (squares / Double(window.count)).squareRoot() }
    }

    /// A weight this far from the oracle's, relative to the largest of the last steps, has left it.
    static let leavingShare = 0.01
    /// Below this the oracle's own `Double`s are too coarse to tell.
    static let leastEnvelope = 1e-300

    /// The first state at which `other` has left the oracle's trajectory.
    func departure(of other: [Double], patience: Int) -> Int? {
        for state in weights.indices {
            let envelope = weights[max(0, state - patience)...state].reduce(0) { max($0, $1.magnitude) }
            if envelope < Self.leastEnvelope { return nil }
            if !((other[state] - weights[state]).magnitude <= Self.leavingShare * envelope) { return state }
        }
        return nil
    }
}

/// One line of the report.
struct Departure: Sendable {
    let law: DepartureLaw
    let number: Int
    let laboratoryCase: LaboratoryCase
    let arithmetic: ReportedArithmetic
    let oracle: Conclusion
    let measured: Conclusion
    /// First state at which the weight has left the oracle's by 1 % of its envelope.
    let trajectoryDeparture: Int?
    /// First state at which the conclusions differ.
    let conclusionDeparture: Int?

    static let columns = [
        "law", "case", "rule", "learningRate", "l2", "weight", "secondMoment", "threshold", "steps", "arithmetic", "trajectoryDeparture",
        "conclusionDeparture", "oraclePassage", "passage", "oracleRevival", "revival", "oracleRMS", "rms",
    ]

    var row: [CSVField] {
        let start = laboratoryCase.weight
        return [
            .text(law.id), .integer(number), .text("\(laboratoryCase.rule)"), .number(laboratoryCase.learningRate[start.step ?? 0]),
            .number(laboratoryCase.l2), .number(start.weight), .number(start.secondMoment), .number(law.threshold(of: laboratoryCase)),
            .integer(law.steps), .text(arithmetic.name), .integer(ifAny: trajectoryDeparture), .integer(ifAny: conclusionDeparture),
            .integer(ifAny: oracle.passage), .integer(ifAny: measured.passage), .integer(ifAny: oracle.revival),
            .integer(ifAny: measured.revival), .number(ifAny: oracle.rms), .number(ifAny: measured.rms),
        ]
    }

    /// Draws `count` cases of a law, from a stream of its own, and follows each in every arithmetic and in the oracle.
    static func report(_ law: DepartureLaw, count: Int) throws -> [Departure] {
        var random = RandomStream(seed: 20_181_219, name: "departures \(law.id)")
        var departures: [Departure] = []
        for number in 0..<count {
            let laboratoryCase = law.draw(&random)
            let threshold = law.threshold(of: laboratoryCase)
            let oracle = OracleTrajectory(laboratoryCase, threshold: threshold, steps: law.steps, window: law.window)
            let measurement = LaboratoryMeasurement(thresholds: [threshold], rmsWindow: law.window, samples: Array(0...law.steps))
            for arithmetic in ReportedArithmetic.all {
                let outcome = try Laboratory(
                    arithmetic: arithmetic.arithmetic, flushesSubnormals: arithmetic.flushes, threads: 1, engine: .exactRecursion
                ).run([laboratoryCase], steps: law.steps, measuring: measurement)[0]
                let measured = Conclusion(passage: outcome.passages[0], revival: outcome.revivals[0], rms: outcome.rms)
                departures.append(
                    Departure(
                        law: law, number: number, laboratoryCase: laboratoryCase, arithmetic: arithmetic, oracle: oracle.conclusion,
                        measured: measured,
                        trajectoryDeparture: oracle.departure(of: outcome.sampledWeights, patience: laboratoryCase.rule.passagePatience),
                        conclusionDeparture: measured.departure(from: oracle.conclusion)))
            }
        }
        return departures
    }
}
