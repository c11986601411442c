// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Optimizers
import Theory

extension Claim {
    /// B0: optimiser and theory agree on a dead weight to the last bit.
    static let exactRecursion = Claim(
        id: "B0", title: "The scalar recursion reproduces a dead weight bit for bit", level: .laboratory,
        statement:
            "From (w, m, v, t) at the last data gradient the recursion of one weight alone gives every later weight, in the same recipe and precision.",
        prediction:
            "each of the weights to come, to the last bit, from state, rule, α, λ and schedule alone; behind a silent ReLU as well as isolated, and through a "
            + "drop of the rate, which changes α and nothing else",
        source: "theory notes B0, B12",
        hypotheses: [.decays, .possibleMoments, .plantedRectified, .plantedL2OnWeights, .plantedSilent(first: DeadNodeRecursions.dead)],
        experiment:
            "1,000 weights over every optimiser and variant, in float32 and float64, with bias correction from a drawn step, 300 steps in two "
            + "epochs, the rate halved from one to the next; and 8 networks in either precision whose dead nodes have planted moments, 300 steps",
        test:
            "every sampled weight of the optimiser equals the theory's own recursion, which shares no code with it; so do weights and moments of the dead nodes",
        falsifier: "one weight that differs in one bit"
    ) { trial in
        var random = trial.random("B0")
        let perRule = trial.count(40)
        let cases = DeadWeightRule.family.flatMap { rule in
            (0..<perRule).map { _ in
                let first = Int(random.integer(below: 2_000))
                let weight = random.uniform(in: -1..<1)
                let l2 = 1e-4 + random.uniform(in: 0..<0.02)
                let root = l2 * weight.magnitude * (0.5 + 10 * random.uniform())
                let alpha = 1e-4 + 5e-3 * random.uniform()
                return LaboratoryCase(
                    rule: rule,
                    learningRate: LearningRate(limit: alpha / 2, settledFrom: first + epoch) { $0 < first + epoch ? alpha : alpha / 2 },
                    l2: l2,
                    weight: DeadWeight(
                        weight: weight, firstMoment: root * random.uniform(in: -1..<1), secondMoment: root * root,
                        auxiliary: rule == .amsgrad() ? 1.5 * root * root : 0, momentumProduct: 0.5, step: first))
            }
        }
        var comparisons: [Comparison] = []
        for (index, arithmetic) in [Arithmetic.float64, .float32].enumerated() {
            let measured = try twoEpochs(cases, in: arithmetic, trial, share: 0.4 * Double(index)...0.4 * Double(index + 1))
            let predicted = try Laboratory(arithmetic: arithmetic, threads: trial.threads, engine: .exactRecursion)
                .run(cases, steps: 2 * epoch, measuring: LaboratoryMeasurement(samples: samples + samples.map { $0 + epoch }))
            let departures = zip(measured, predicted).count { $0 != $1.sampledWeights }
            comparisons.append(
                .noException("weights that depart from the recursion in \(arithmetic.rawValue)", exceptions: departures, of: cases.count))
        }
        var networks = trial.random("B0-networks")
        var nodes = DeadNodeRecursions()
        for _ in 0..<8 {
            try trial.checkCancellation()
            try nodes.run(Float.self, trial, isNormalized: false, steps: 2 * epoch, &networks)
            try nodes.run(Double.self, trial, isNormalized: false, steps: 2 * epoch, &networks)
        }
        comparisons.append(
            .noException(
                "weights of dead nodes behind ReLU that depart, or whose moments do", exceptions: nodes.incomingDepartures + nodes.outgoingDepartures,
                of: nodes.incoming + nodes.outgoing))
        return Measurement(comparisons)
    }

    /// Steps of an epoch.
    private static let epoch = 150
    /// Steps of each epoch at which weights are compared.
    private static let samples = [1, 2, 3, 5, 10, 30, 100, 150]

    /// The sampled weights of two epochs by the subject's optimiser, under its schedule (which may run ahead) and with what it does to moments
    /// where the rate drops. α is constant within an epoch, so that each is a run from the state that the last one left.
    private static func twoEpochs(
        _ cases: [LaboratoryCase], in arithmetic: Arithmetic, _ trial: Trial, share: ClosedRange<Double>
    ) throws -> [[Double]] {
        let schedule = Schedule.step(everyEpochs: 1, factor: 0.5)
        var sampled: [[Double]] = cases.map { _ in [] }
        // What a wrong optimiser makes of the states is no hypothesis.
        try trial.checkHypotheses(cases)
        var states = cases.map(\.weight)
        for number in 0..<2 {
            if number > 0, trial.subject.resetsMomentsAtDrop { states = states.map { DeadWeight(weight: $0.weight, step: 0) } }
            let factor = schedule.factor(step: number * epoch, epoch: number + trial.subject.epochShift)
            let starts = zip(cases, states).map { one, state in
                LaboratoryCase(rule: one.rule, learningRate: .constant(one.firstRate * factor), l2: one.l2, weight: state)
            }
            try trial.checkCancellation()
            let outcomes = try trial.laboratory(arithmetic).run(starts, steps: epoch, measuring: LaboratoryMeasurement(samples: samples))
            trial.progress(share.lowerBound + 0.5 * Double(number + 1) * (share.upperBound - share.lowerBound))
            for index in outcomes.indices { sampled[index] += outcomes[index].sampledWeights }
            states = outcomes.map(\.finalState)
        }
        return sampled
    }
}
