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
        var path = try NodeEnvelope(
            node, rule: rule, learningRate: learningRate, l2: l2, thresholds: thresholds, persistence: persistence, steps: steps)
        path.follow(followed: max(1, followed))
        var crossings: [AdiabaticNodeForecast.Crossing] = []
        for index in thresholds.indices {
            let crossing = path.crossings[index]
            var result = AdiabaticNodeForecast.Crossing(
                threshold: thresholds[index], lastPassage: crossing.lastPassage, isBelow: crossing.isBelow)
            if let passage = crossing.passage {
                let late = path.boundingCrossings[index].passage ?? steps
                let unfollowed = Double(max(0, late - passage))
                result.passage = Prediction(Double(passage), errorBound: unfollowed + (try path.spread(of: path.dips[index])))
            }
            if let rise = crossing.rise {
                result.revival = Prediction(Double(rise), errorBound: try path.spread(of: path.rises[index]))
            }
            crossings.append(result)
        }
        return AdiabaticNodeForecast(
            crossings: crossings, followed: path.followed.count, steps: steps, finalEffectiveDecay: path.finalEffectiveDecay)
    }

    /// Whether the norm of a dead node is under ξ after `steps` steps, by the adiabatic law: ``AdiabaticNodeForecast/Crossing/isBelow`` of the
    /// forecast of this ξ alone, or of several of which it is the smallest.
    ///
    /// It costs a fraction of that. Events and their error bounds are left out; a weight that keeps the norm above ξ is followed alone; and once
    /// the schedule has taken η's limit below the edge for good, a norm that has passed is followed no further.
    ///
    /// - Throws: ``LawError`` for numbers out of range, and where the rule has no linear regime.
    public static func adiabaticEndsBelow(
        _ threshold: Double, _ node: DeadNode<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, steps: Int,
        followed: Int = followedWeights, persistence: Int? = nil
    ) throws(LawError) -> Bool {
        try requireSensible(thresholds: [threshold], steps: steps)
        var path = try NodeEnvelope(
            node, rule: rule, learningRate: learningRate, l2: l2, thresholds: [threshold], persistence: persistence, steps: steps)
        return path.endsBelow(followed: max(1, followed))
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
    private let persistence: Int
    private let steps: Int
    /// The last of the steps with η's limit past the edge, after which no weight comes back; 0 if there is none.
    private let lastRise: Int
    private var clock: AdiabaticClock
    private var recursions: [AdiabaticRecursion]
    private var unfollowed = 0
    /// The weights followed, the slowest first.
    private(set) var followed: [Int] = []
    private(set) var crossings: [NormCrossing]
    /// The same with the weights not followed at the level that bounds them.
    private(set) var boundingCrossings: [NormCrossing]
    /// The last change of side before each threshold's first passage, and before its first rise.
    private(set) var dips: [Event?]
    private(set) var rises: [Event?]

    init(
        _ node: DeadNode<Double>, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, thresholds: [Double], persistence: Int?,
        steps: Int
    ) throws(LawError) {
        self.node = node
        self.rule = rule
        self.learningRate = learningRate
        self.l2 = l2
        logThresholds = thresholds.map { Double.log($0) }
        self.persistence = max(1, persistence ?? rule.passagePatience)
        self.steps = steps
        lastRise = try Self.lastRise(rule, learningRate, l2: l2, from: node.step ?? 0, steps: steps)
        clock = AdiabaticClock(rule: rule, learningRate: learningRate, step: node.step)
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

    /// The last of the steps, from 1, with η's limit past the edge (``StabilityThreshold``); 0 if there is none. A rule that keeps its largest
    /// moment is counted by the limit that it would have without.
    private static func lastRise(
        _ rule: DeadWeightRule, _ learningRate: LearningRate, l2: Double, from start: Int, steps: Int
    ) throws(LawError) -> Int {
        var (step, last) = (start, 0)
        let end = start + max(1, steps)
        while step < end {
            let rate = learningRate[step]
            let next = min(end, learningRate.nextChange(after: step) ?? end)
            if try StabilityThreshold.effectiveDecayLimit(rule, learningRate: rate, l2: l2)
                >= StabilityThreshold.effectiveDecay(rule, learningRate: rate)
            {
                last = next - start
            }
            step = next
        }
        return last
    }

    private var mayRise: Bool { lastRise > 0 }

    /// Follows all weights until each has an envelope, then those that can decide: to the end, or until the norm has passed all thresholds where
    /// no weight may come back.
    mutating func follow(followed count: Int) {
        begin(followed: count)
        follow(stoppingAfter: mayRise ? steps : 0)
    }

    /// Whether the norm is under the threshold at the end.
    mutating func endsBelow(followed count: Int) -> Bool {
        begin(followed: count)
        if clock.stepsMade == steps { return crossings[0].isBelow }
        if lastRise < steps {
            if let slowest = followed.first, staysAbove(slowest) { return false }
            follow(stoppingAfter: lastRise)
        } else {
            // Weights may come back until the end, which alone decides: one above the threshold then is enough.
            for index in followed {
                var clock = clock
                while clock.stepsMade < steps { recursions[index].advance(clock.tick()) }
                if recursions[index].logEnvelope >= logThresholds[0] { return false }
            }
            observe(step: steps)
        }
        return crossings[0].isBelow
    }

    /// Whether a weight alone keeps the norm from passing the threshold in all steps left after which it could not come back.
    private func staysAbove(_ index: Int) -> Bool {
        var (recursion, clock) = (recursions[index], clock)
        while clock.stepsMade < steps {
            recursion.advance(clock.tick())
            if clock.stepsMade > lastRise, recursion.logEnvelope < logThresholds[0] { return false }
        }
        return true
    }

    /// - Parameter last: the step from which on what has passed for good stays passed, so that the rest is known.
    private mutating func follow(stoppingAfter last: Int) {
        while clock.stepsMade < steps {
            advance()
            if clock.stepsMade > last, isPassed(clock.stepsMade) {
                extend(to: steps)
                break
            }
        }
    }

    private mutating func begin(followed count: Int) {
        followed = Array(recursions.indices)
        observe(step: 0)
        while clock.stepsMade < steps, recursions.contains(where: { !$0.hasStarted }) { advance() }
        select(count)
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

    /// Keeps the weights that can decide: those with the largest ln(|w|/ξ)/η, at the smallest ξ; where weights may come back, those with the smallest
    /// too.
    private mutating func select(_ count: Int) {
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

    private mutating func advance() {
        let step = clock.tick()
        for index in followed { recursions[index].advance(step) }
        observe(step: clock.stepsMade)
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
    func spread(of event: Event?) throws(LawError) -> Double {
        guard let event else { return 1 }
        let delta = AdiabaticPassage.startError(rule, logError: event.logError)
        var shift = 0.0
        if event.step > 0, event.logLevel > -.infinity {
            for perturbation in [-delta, delta] {
                let moved = try crossing(of: event, perturbation: perturbation)
                shift = max(shift, (Double(moved) - Double(event.step)).magnitude)
            }
        }
        let phases = event.halfPeriod > 0 ? 0.5 * Double.log(2) : 0
        let isMoving = event.rate != 0 && event.rate.isFinite
        return 1 + event.halfPeriod + shift + (isMoving ? (phases + event.transitionError) / event.rate.magnitude : 0)
    }

    /// When the weight's envelope comes to the event's level from the event's side, if it starts e^perturbation off.
    private func crossing(of event: Event, perturbation: Double) throws(LawError) -> Int {
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
