// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// When a dead node's norm passes a threshold, by the adiabatic law of its weights (theory notes B3, B8).
///
/// ‖w‖² = Σ w_j² with each |w_j| at its envelope (``AdiabaticRecursion``). Only the weights that can decide the norm are followed. A weight
/// decays by η a step to first order, and η grows at one rate for all in the memory phase (B4), so that weights pass ξ in the order of
/// ln(|w|/ξ)/η, taken once the first moment is spent: the slowest decide a passage. Every other weight lies, to that order, under the
/// slowest-but-`followed` one, whose envelope bounds what they add. Where the schedule takes η's limit past the edge of stability
/// (``StabilityThreshold``) the fastest weights are the first to come back, and as many of them are followed too.
public struct AdiabaticNodeForecast: Sendable, Equatable {
    /// One threshold's events, in steps since the death.
    public struct Crossing: Sendable, Equatable {
        /// ξ.
        public let threshold: Double
        /// The norm's passage of ξ; nil if not within the steps.
        public var passage: Prediction?
        /// First return above ξ; nil if not within the steps.
        public var revival: Prediction?
        /// The latest passage: another than the first after a revival.
        public var lastPassage: Int?
        /// The norm is under ξ at the end.
        public var isBelow: Bool
    }

    /// One entry a threshold, in the order asked for.
    public let crossings: [Crossing]
    /// Weights followed.
    public let followed: Int
    /// Steps foretold.
    public let steps: Int
    /// The largest η of a followed weight at the end.
    public let finalEffectiveDecay: Double
}

extension NodeForecast {
    /// Weights followed at each end of the order, if not said otherwise.
    public static let followedWeights = 12

    /// Foretells the norm of a dead node for `steps` steps.
    ///
    /// The error bound of an event is the sum of: how far it moves when the deciding weight starts e^(±δ) off, δ as for
    /// ``AdiabaticPassage``; what the weights that are not followed can add; half an oscillation, and ½ ln 2 of the envelope, since several
    /// weights that oscillate out of phase lie by that under their envelopes; ``AdiabaticRecursion/transitionError`` of the envelope; and 1.
    ///
    /// - Throws: ``LawError`` for numbers out of range, and where the rule has no linear regime.
    public static func adiabatic(
        _ node: DeadNode<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, thresholds: [Double], steps: Int,
        followed: Int = followedWeights, persistence: Int? = nil
    ) throws(LawError) -> AdiabaticNodeForecast {
        try requireSensible(thresholds: thresholds, steps: steps)
        var path = try NodeEnvelope(node, rule: rule, learningRate: learningRate, l2: l2, thresholds: thresholds)
        path.persistence = max(1, persistence ?? rule.passagePatience)
        let mayRise = try risesAboveEdge(rule, learningRate, l2: l2, from: node.step ?? 0, steps: steps)
        path.follow(steps: steps, followed: max(1, followed), mayRise: mayRise)
        var crossings: [AdiabaticNodeForecast.Crossing] = []
        for index in thresholds.indices {
            let crossing = path.crossings[index]
            var result = AdiabaticNodeForecast.Crossing(
                threshold: thresholds[index], lastPassage: crossing.lastPassage, isBelow: crossing.isBelow)
            if let passage = crossing.passage {
                let late = path.boundingCrossings[index].passage ?? steps
                let unfollowed = Double(max(0, late - passage))
                result.passage = Prediction(Double(passage), errorBound: unfollowed + (try path.spread(of: path.dips[index], steps: steps)))
            }
            if let rise = crossing.rise {
                result.revival = Prediction(Double(rise), errorBound: try path.spread(of: path.rises[index], steps: steps))
            }
            crossings.append(result)
        }
        return AdiabaticNodeForecast(
            crossings: crossings, followed: path.followed.count, steps: steps, finalEffectiveDecay: path.finalEffectiveDecay)
    }

    /// Whether η's limit lies past the edge at some step, so that weights may come back. A rule that keeps its largest moment is counted by
    /// the limit that it would have without.
    private static func risesAboveEdge(
        _ rule: DeadWeightRule, _ learningRate: LearningRate, l2: Double, from start: Int, steps: Int
    ) throws(LawError) -> Bool {
        var lastRate = Double.nan
        for step in start..<start + max(1, steps) {
            let rate = learningRate[step]
            if rate == lastRate { continue }
            lastRate = rate
            if try StabilityThreshold.effectiveDecayLimit(rule, learningRate: rate, l2: l2)
                >= StabilityThreshold.effectiveDecay(rule, learningRate: rate)
            {
                return true
            }
            if let settled = learningRate.settledFrom, step >= settled { return false }
        }
        return false
    }
}

/// The envelope of a node's norm: all weights until their first moments are spent, then those that can decide it.
private struct NodeEnvelope {
    /// An event of the norm, and the weight that decided it.
    struct Event {
        let step: Int
        let weight: Int
        let logLevel: Double
        /// ln ρ of the weight, π/θ of its oscillation, and the logarithmic error of its envelope, then.
        let rate: Double
        let halfPeriod: Double
        let logError: Double
        /// Error that a transition to oscillation near by adds then, in logarithms.
        let transitionError: Double
        let isRise: Bool
    }

    private let node: DeadNode<Double>
    private let rule: DeadWeightRule
    private let learningRate: LearningRate
    private let l2: Double
    private let logThresholds: [Double]
    private var recursions: [AdiabaticRecursion]
    private var unfollowed = 0
    var persistence = 1
    /// The weights followed, the slowest first.
    private(set) var followed: [Int] = []
    private(set) var crossings: [NormCrossing]
    /// The same with the weights not followed at the level that bounds them.
    private(set) var boundingCrossings: [NormCrossing]
    /// The last change of side before each threshold's first passage, and before its first rise.
    private(set) var dips: [Event?]
    private(set) var rises: [Event?]

    init(
        _ node: DeadNode<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, thresholds: [Double]
    ) throws(LawError) {
        self.node = node
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        logThresholds = thresholds.map { Double.log($0) }
        recursions = []
        recursions.reserveCapacity(node.weights.count)
        for index in node.weights.indices {
            recursions.append(try AdiabaticRecursion(node[index], rule: rule, learningRate: learningRate, l2: l2))
        }
        crossings = thresholds.map { NormCrossing(threshold: $0) }
        boundingCrossings = crossings
        dips = thresholds.map { _ in nil }
        rises = dips
    }

    var finalEffectiveDecay: Double { followed.map { recursions[$0].effectiveDecay }.max() ?? 0 }

    mutating func follow(steps: Int, followed count: Int, mayRise: Bool) {
        // All weights, until each has an envelope.
        followed = Array(recursions.indices)
        observe(step: 0)
        var step = 0
        while step < steps, recursions.contains(where: { !$0.hasStarted }) {
            step += 1
            advance(to: step)
        }
        select(count, mayRise: mayRise)
        while step < steps {
            step += 1
            advance(to: step)
            // What has passed for good below the edge stays passed: the rest is known.
            if !mayRise, isPassed(step) {
                extend(to: steps)
                break
            }
        }
    }

    private func isPassed(_ step: Int) -> Bool {
        (crossings + boundingCrossings).allSatisfy { $0.belowSince.map { step - $0 + 1 >= persistence } ?? false }
    }

    /// The norm stays where it is until the end.
    private mutating func extend(to steps: Int) {
        for index in crossings.indices {
            crossings[index].observe(isBelow: true, step: steps, persistence: persistence)
            boundingCrossings[index].observe(isBelow: true, step: steps, persistence: persistence)
        }
    }

    /// Keeps the weights that can decide: those with the largest ln(|w|/ξ)/η, at the smallest ξ; with `mayRise` those with the smallest too.
    private mutating func select(_ count: Int, mayRise: Bool) {
        let lowest = logThresholds.min() ?? 0
        func slowness(_ index: Int) -> Double {
            let (log, eta) = (recursions[index].logEnvelope - lowest, recursions[index].effectiveDecay)
            return log > -.infinity ? log / max(eta, .leastNormalMagnitude) : -.infinity
        }
        let order = recursions.indices.map { ($0, slowness($0)) }.sorted { $0.1 > $1.1 }.map(\.0)
        guard order.count > (mayRise ? 2 : 1) * count else {
            followed = order
            return
        }
        // Weights that are 0 and stay there never come back, so they are no fast ones.
        let living = order.filter { recursions[$0].logEnvelope > -.infinity }
        let slow = Array(living.prefix(count))
        followed = slow + (mayRise ? living.dropFirst(count).suffix(count) : [])
        unfollowed = living.count - followed.count
        bounding = slow.last
    }

    /// The slowest-but-`count` weight, under which those not followed lie.
    private var bounding: Int?

    private mutating func advance(to step: Int) {
        for index in followed { recursions[index].advance() }
        observe(step: step)
    }

    private mutating func observe(step: Int) {
        var (highest, deciding) = (-Double.infinity, followed.first ?? 0)
        for index in followed where recursions[index].logEnvelope > highest {
            (highest, deciding) = (recursions[index].logEnvelope, index)
        }
        let most = highest + 0.5 * Double.log(Double(max(1, followed.count + unfollowed)))
        // Both sums, only where a threshold lies between the largest weight and the most that all could make of it.
        var logNorm = highest
        var logBound = most
        if logThresholds.contains(where: { highest < $0 && $0 <= most }) {
            var squares = 0.0
            for index in followed { squares += Double.exp(2 * (recursions[index].logEnvelope - highest)) }
            logNorm = highest + 0.5 * Double.log(squares)
            let rest = bounding.map { Double(unfollowed) * Double.exp(2 * (recursions[$0].logEnvelope - highest)) } ?? 0
            logBound = highest + 0.5 * Double.log(squares + rest)
        }
        for (index, logThreshold) in logThresholds.enumerated() {
            let wasBelow = crossings[index].isBelow
            let isBelow = logNorm < logThreshold
            let hadRisen = crossings[index].rise != nil
            if isBelow, !wasBelow, crossings[index].passage == nil { dips[index] = event(step, deciding, isRise: false) }
            crossings[index].observe(isBelow: isBelow, step: step, persistence: persistence)
            if !hadRisen, crossings[index].rise != nil { rises[index] = event(step, deciding, isRise: true) }
            boundingCrossings[index].observe(isBelow: logBound < logThreshold, step: step, persistence: persistence)
        }
    }

    private func event(_ step: Int, _ weight: Int, isRise: Bool) -> Event {
        let recursion = recursions[weight]
        return Event(
            step: step, weight: weight, logLevel: recursion.logEnvelope, rate: logOrZero(recursion.mode.spectralRadius),
            halfPeriod: recursion.halfPeriod, logError: recursion.logError,
            transitionError: recursion.transitionError, isRise: isRise)
    }

    /// The error bound of an event, the weights not followed left aside.
    func spread(of event: Event?, steps: Int) throws(LawError) -> Double {
        guard let event else { return 1 }
        let delta = AdiabaticPassage.startError(rule, logError: event.logError)
        var shift = 0.0
        if event.step > 0, event.logLevel > -.infinity {
            for perturbation in [-delta, delta] {
                let moved = try crossing(of: event, perturbation: perturbation, steps: steps)
                shift = max(shift, (Double(moved) - Double(event.step)).magnitude)
            }
        }
        let phases = event.halfPeriod > 0 ? 0.5 * Double.log(2) : 0
        let isMoving = event.rate != 0 && event.rate.isFinite
        return 1 + event.halfPeriod + shift + (isMoving ? (phases + event.transitionError) / event.rate.magnitude : 0)
    }

    /// When the weight's envelope comes to the event's level from the event's side, if it starts e^perturbation off.
    private func crossing(of event: Event, perturbation: Double, steps: Int) throws(LawError) -> Int {
        var recursion = try AdiabaticRecursion(
            node[event.weight], rule: rule, learningRate: learningRate, l2: l2, perturbation: perturbation)
        var hasFallen = false
        while recursion.stepsMade < steps {
            recursion.advance()
            guard recursion.hasStarted || recursion.stepsMade >= event.step else { continue }
            // A rise happens on the way up; the level of the event itself is met first on the way down.
            if recursion.logEnvelope <= event.logLevel {
                hasFallen = true
                if !event.isRise { return recursion.stepsMade }
            } else if hasFallen {
                return recursion.stepsMade
            }
        }
        return steps
    }
}
