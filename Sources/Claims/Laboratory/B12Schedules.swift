// SPDX-License-Identifier: GPL-3.0-or-later
import Laboratory
import Optimizers
import RealModule
import Theory

extension Claim {
    /// B12: a law takes a schedule, not a constant.
    static let schedules = Claim(
        id: "B12", title: "Under a schedule the edge moves with the rate: the drop lets a weight fall, and when is foretold", level: .laboratory,
        statement:
            "αλ/ε moves with α: a weight above the edge falls once the rate has dropped below it. The adiabatic law follows any schedule; heavy ball's buffer holds "
            + "gradients, not steps (PyTorch's form), so a drop acts on all of them at once.",
        prediction:
            "rms α/η* − ε/λ before the drop, and the step of the passage of 1e-15 after it; the step of the passage of w₀/1000 through the drops, "
            + "each with an error bound of its own",
        source: "theory notes B12; PyTorch's SGD",
        hypotheses: [.decays, .correctionSpent, .forgetsFirstMomentSooner],
        experiment:
            "1,000 weights each, float64, rate halved every 3 epochs. Adam from a floor with αλ/ε at 1.1…1.75·η* before the drop and under 0.9·η* after, epochs of "
            + "200…600 steps, so that β₂ = 0.99 forgets the start before the rms is taken; Adam in the memory phase (ε = 1e-12, s₀/(λw₀) 5…100) and heavy ball through "
            + "the drops, epochs of 50…300. α 1e-4…1e-2 and λ 1e-4…1e-2 from a floor, 1e-3…1e-2 through the drops (heavy ball: α 0.1…1), w₀ 1e-2…1: below, a "
            + "weight hardly moves in the 30,000 steps that are made",
        test:
            "rms of the weight over two epochs before the drop against the floor; the step of the passage after it, from the state at the drop, within the law's bound; passage of w₀/1000 through "
            + "the drops within the bound",
        falsifier: "a weight that falls above the edge, or more than 5 % of passages outside the bound"
    ) { trial in
        var random = trial.random("B12")
        let (count, longest) = (trial.count(1_000), 30_000)
        let schedule = Schedule.step(everyEpochs: 3, factor: 0.5)
        let threshold = 1e-15

        // The weights' step count when the schedule starts: bias correction is spent.
        let first = 100_000
        /// α as trained, which the subject may shift, and as the law takes it.
        func rates(_ alpha: Double, epoch length: Int) -> (trained: LearningRate, law: LearningRate) {
            func rate(shift: Int) -> LearningRate {
                LearningRate(limit: 0) { alpha * schedule.factor(step: $0 - first, epoch: ($0 - first) / length + shift) }
            }
            return (rate(shift: trial.subject.epochShift), rate(shift: 0))
        }

        // Above the edge, then below it.
        var (fromFloor, held) = (LawTally(), 0)
        for index in 0..<count {
            trial.progress(0.5 * Double(index) / Double(count))
            try trial.checkCancellation()
            let (alpha, l2, length) = (random.logUniform(in: 1e-4..<1e-2), random.logUniform(in: 1e-4..<1e-2), Int(random.logUniform(in: 200..<600)))
            let rule = DeadWeightRule.adam(beta2: 0.99).withEffectiveDecayLimit(38 * (1.1 + 0.65 * random.uniform()), of: alpha * l2)!
            let (trained, law) = rates(alpha, epoch: length)
            let floor = try Floor.rms(rule, learningRate: alpha, l2: l2).value
            let drop = 3 * length
            let start = LaboratoryCase(
                rule: rule, learningRate: trained, l2: l2, weight: DeadWeight(weight: floor, secondMoment: (l2 * floor) * (l2 * floor), step: first))
            let before = try trial.run(start, steps: drop, measuring: LaboratoryMeasurement(rmsWindow: length..<drop))
            if let rms = before.rms, rms > floor / 2, rms < 2 * floor { held += 1 }
            var after = start
            after.weight = before.finalState
            if trial.subject.resetsMomentsAtDrop { (after.weight.firstMoment, after.weight.secondMoment) = (0, 0) }
            let path = try AdiabaticPassage.predict(
                before.finalState, rule: rule, learningRate: law, l2: l2, threshold: threshold, budget: longest)
            guard let prediction = path.passage, prediction.range.upperBound + 60 < Double(longest) else {
                fromFloor.exclude("no passage within \(longest) steps is foretold"); continue
            }
            let outcome = try trial.run(
                after, steps: longest, measuring: LaboratoryMeasurement(thresholds: [threshold], stopsAfterPassage: true))
            fromFloor.add(prediction, measured: outcome.passages[0].map(Double.init) ?? .nan)
        }

        // Through the drops: Adam with memory, and heavy ball.
        var (memory, buffers) = (LawTally(), LawTally())
        /// A weight's passage of w₀/1000 in `tally`. Steps count on, so that the law starts at the same place of the schedule.
        func follow(_ state: DeadWeight<Double>, _ rule: DeadWeightRule, _ alpha: Double, _ l2: Double, epoch length: Int, into tally: inout LawTally)
            throws
        {
            let (trained, law) = rates(alpha, epoch: length)
            let shallow = state.weight * 1e-3
            let path = try AdiabaticPassage.predict(state, rule: rule, learningRate: law, l2: l2, threshold: shallow, budget: longest)
            guard let prediction = path.passage, prediction.value > Double(length), prediction.range.upperBound + 600 < Double(longest) else {
                return tally.exclude("no passage of w₀/1000 after the first epoch is foretold")
            }
            let outcome = try trial.run(
                LaboratoryCase(rule: rule, learningRate: trained, l2: l2, weight: state), steps: longest,
                measuring: LaboratoryMeasurement(thresholds: [shallow], stopsAfterPassage: true))
            tally.add(prediction, measured: outcome.passages[0].map(Double.init) ?? .nan)
        }
        for index in 0..<count {
            trial.progress(0.5 + 0.5 * Double(index) / Double(count))
            try trial.checkCancellation()
            let length = Int(random.logUniform(in: 50..<300))
            let l2 = random.logUniform(in: 1e-3..<1e-2)
            let weight = random.logUniform(in: 1e-2..<1)
            let (alpha, root) = (random.logUniform(in: 1e-3..<1e-2), random.logUniform(in: 5..<100) * l2 * weight)
            let (momentum, ballRate) = (0.5 + 0.49 * random.uniform(), random.logUniform(in: 0.1..<1))
            let buffer = random.logUniform(in: 1..<100) * l2 * weight
            try follow(
                DeadWeight(weight: weight, secondMoment: root * root, step: first), .adam(epsilon: 1e-12), alpha, l2, epoch: length, into: &memory)
            try follow(
                DeadWeight(weight: weight, firstMoment: buffer, step: first), .heavyBall(momentum: momentum), ballRate, l2, epoch: length,
                into: &buffers)
        }
        try requireCases(fromFloor, "B12 from a floor")
        var comparisons = [
            try fromFloor.insideBound("passage after the drop"),
            try .share("share of weights whose rms before the drop is the floor's, within a factor of 2", held, of: count, atLeast: 0.95),
        ]
        for (tally, name) in [
            (memory, "passage of w₀/1000 through the drops under Adam"), (buffers, "passage of w₀/1000 through the drops under heavy ball"),
        ]
        where tally.count > 0 { comparisons.append(try tally.insideBound(name)) }
        return Measurement(
            comparisons, excluded: fromFloor.exclusions + memory.exclusions + buffers.exclusions,
            notes: ["from a floor: \(fromFloor.selection)", "Adam: \(memory.selection)", "heavy ball: \(buffers.selection)"], table: fromFloor.table)
    }
}
