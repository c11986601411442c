// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Theory

/// Up to 64 cases of one ``VectorRule`` that advance together, in cache, many steps at a time.
///
/// Memory is planned at creation; steps allocate nothing but what samples need.
final class VectorBlock<Scalar: VectorScalar> {
    /// One case on its way, apart from what the steps need.
    private struct Lane {
        let index: Int
        let startStep: Int?
        var weights: [Double] = []
        var secondMoments: [Double] = []
        var auxiliaries: [Double] = []
    }

    private let measurement: LaboratoryMeasurement
    private let fields: VectorFields<Scalar>
    private var block: Scalar.Block
    private var lanes: [Lane?]
    /// Of each lane, in plain memory that steps reach without counting references: coefficients, patience, and [lanes × thresholds] records.
    private let schedules: UnsafeMutablePointer<LaneSchedule>
    private let patience: UnsafeMutablePointer<Int>
    private let records: UnsafeMutablePointer<ThresholdRecord>
    private let memory: UnsafeMutablePointer<ScheduleMemory>
    private var state = 0
    private var nextSample = 0

    /// - Parameter cases: at most as many as a block has lanes; all of `rule`.
    init(
        _ cases: [(index: Int, case: LaboratoryCase)], rule: VectorRule, measuring measurement: LaboratoryMeasurement, flushesSubnormals: Bool
    ) {
        self.measurement = measurement
        fields = VectorFields(thresholds: measurement.thresholds.map { Scalar.comparable($0, flushesSubnormals: flushesSubnormals) })
        block = Scalar.block(fields, rule: rule)
        let count = VectorFields<Scalar>.lanes
        lanes = Array(repeating: nil, count: count)
        schedules = .allocate(capacity: count)
        schedules.initialize(repeating: .idle, count: count)
        patience = .allocate(capacity: count)
        patience.initialize(repeating: 0, count: count)
        records = .allocate(capacity: max(1, count * measurement.thresholds.count))
        records.initialize(repeating: ThresholdRecord(), count: max(1, count * measurement.thresholds.count))
        memory = .allocate(capacity: 1)
        memory.initialize(to: ScheduleMemory())
        for (lane, entry) in cases.enumerated() {
            let start: DeadWeight<Scalar> = entry.case.start(flushesSubnormals: flushesSubnormals)
            fields.load(start, entry.case, lane: lane)
            lanes[lane] = Lane(index: entry.index, startStep: entry.case.weight.step)
            schedules[lane] = LaneSchedule(entry.case)
            patience[lane] = entry.case.rule.passagePatience
            for threshold in measurement.thresholds.indices where start.weight.magnitude < fields.thresholds[threshold] {
                fields.below[threshold * VectorFields<Scalar>.lanes + lane] = -1
                records(of: lane)[threshold].fall(at: 0)
            }
            if measurement.rmsWindow?.contains(0) ?? true {
                fields[.largest][lane] = start.weight.magnitude
                if measurement.rmsWindow != nil { fields.squares[lane] = Double(start.weight) * Double(start.weight) }
            }
        }
        takeSample()
    }

    deinit {
        schedules.deinitialize(count: VectorFields<Scalar>.lanes)
        schedules.deallocate()
        patience.deallocate()
        records.deallocate()
        memory.deallocate()
    }

    private func records(of lane: Int) -> UnsafeMutableBufferPointer<ThresholdRecord> {
        let count = measurement.thresholds.count
        return UnsafeMutableBufferPointer(start: records + lane * count, count: count)
    }

    /// Cases under way.
    var count: Int { lanes.reduce(0) { $0 + ($1 == nil ? 0 : 1) } }

    /// Moves cases of `other`, which stands at the same state, into free lanes here.
    func take(from other: VectorBlock) {
        for lane in lanes.indices where lanes[lane] == nil {
            guard let source = other.lanes.lastIndex(where: { $0 != nil }) else { return }
            fields.take(lane, from: other.fields, lane: source)
            (lanes[lane], other.lanes[source]) = (other.lanes[source], nil)
            (schedules[lane], other.schedules[source]) = (other.schedules[source], .idle)
            patience[lane] = other.patience[source]
            _ = records(of: lane).update(fromContentsOf: other.records(of: source))
        }
    }

    /// Makes all steps up to state `end`.
    func advance(to end: Int) {
        while state < end {
            let inWindow = measurement.rmsWindow?.contains(state + 1) ?? true
            let plan = planCoefficients(rows: stretch(to: end) - state)
            let pace = VectorPace(
                stride: plan.stride, corrects: plan.corrects, sums: measurement.rmsWindow != nil && inWindow, tracks: inWindow)
            let done = Scalar.advance(&block, rows: plan.rows, pace: pace)
            for transition in fields.transitions[..<done.transitions] { note(transition) }
            state += done.rows
            takeSample()
        }
    }

    /// Ends the cases that have passed every threshold, all cases if `everyCase`, and hands over their outcomes.
    func finish(everyCase: Bool, _ collect: (_ index: Int, _ outcome: LaboratoryOutcome) -> Void) {
        for lane in lanes.indices {
            guard lanes[lane] != nil else { continue }
            let records = records(of: lane)
            for threshold in records.indices { records[threshold].close(lastState: state, patience: patience[lane]) }
            guard everyCase || records.allSatisfy({ $0.passage != nil }) else { continue }
            collect(lanes[lane]!.index, outcome(lanes[lane]!, at: lane))
            lanes[lane] = nil
            schedules[lane] = .idle
            for threshold in records.indices { records[threshold] = ThresholdRecord() }
            fields.idle(lane)
        }
    }

    /// The last state that can be reached from here with all measurements alike: the end of the rms window, its start, a sample.
    private func stretch(to end: Int) -> Int {
        var end = end
        if let window = measurement.rmsWindow {
            for edge in [window.lowerBound - 1, window.upperBound - 1] where edge > state { end = min(end, edge) }
        }
        if nextSample < measurement.samples.count { end = min(end, measurement.samples[nextSample]) }
        return end
    }

    /// Writes the coefficients of the next steps, up to `rows` of them: one row for all while every lane's stay, a table otherwise.
    private func planCoefficients(rows: Int) -> (rows: Int, stride: Int, corrects: Bool) {
        var (corrects, holdsUntil) = writeRow(0)
        let settled = holdsUntil - state
        if settled > 1 || rows == 1 { return (min(rows, settled), 0, corrects) }
        let count = min(rows, VectorFields<Scalar>.rows)
        for row in 1..<count where writeRow(row).corrects { corrects = true }
        return (count, VectorFields<Scalar>.lanes, corrects)
    }

    /// Writes row `row`, of the step that leads from state `state + row` on; whether a lane's correction is not 1, and the first state of
    /// which the row does not hold.
    private func writeRow(_ row: Int) -> (corrects: Bool, holdsUntil: Int) {
        let (state, schedules, memory) = (state + row, schedules, memory)
        let start = row * VectorFields<Scalar>.lanes
        let (rate, correction, extra) = (fields.rate + start, fields.correction + start, fields.extra + start)
        var (corrects, holdsUntil) = (false, Int.max)
        for lane in 0..<VectorFields<Scalar>.lanes {
            schedules[lane].move(to: state, &memory.pointee)
            let coefficients = schedules[lane].coefficients
            rate[lane] = Scalar(coefficients.rate)
            correction[lane] = Scalar(coefficients.correction)
            extra[lane] = Scalar(coefficients.extra)
            corrects = corrects || coefficients.correction != 1
            holdsUntil = min(holdsUntil, schedules[lane].holdsUntil)
        }
        return (corrects, holdsUntil)
    }

    private func note(_ transition: adamprobe_transition) {
        let (lane, reached) = (Int(transition.lane), state + Int(transition.row) + 1)
        let record = records + lane * measurement.thresholds.count + Int(transition.threshold)
        if record.pointee.belowSince == nil {
            record.pointee.fall(at: reached)
        } else {
            record.pointee.rise(at: reached, patience: patience[lane])
        }
    }

    private func takeSample() {
        guard nextSample < measurement.samples.count, measurement.samples[nextSample] == state else { return }
        nextSample += 1
        for lane in lanes.indices {
            lanes[lane]?.weights.append(Double(fields[.weight][lane]))
            lanes[lane]?.secondMoments.append(Double(fields[.secondMoment][lane]))
            lanes[lane]?.auxiliaries.append(Double(fields[.auxiliary][lane]))
        }
    }

    private func outcome(_ entry: Lane, at lane: Int) -> LaboratoryOutcome {
        let reached = measurement.rmsWindow.map { $0.clamped(to: 0..<state + 1).count } ?? 0
        let finalState = DeadWeight<Double>(
            weight: Double(fields[.weight][lane]), firstMoment: Double(fields[.firstMoment][lane]),
            secondMoment: Double(fields[.secondMoment][lane]), auxiliary: Double(fields[.auxiliary][lane]),
            momentumProduct: schedules[lane].momentumProduct, step: entry.startStep.map { $0 + state })
        let thresholds = records(of: lane)
        return LaboratoryOutcome(
            finalState: finalState, stepsMade: state, dips: thresholds.map(\.dip), passages: thresholds.map(\.passage),
            revivals: thresholds.map(\.revival), lastPassages: thresholds.map(\.lastPassage),
            rms: reached == 0 ? nil : (fields.squares[lane] / Double(reached)).squareRoot(), sampledWeights: entry.weights,
            sampledSecondMoments: entry.secondMoments, sampledAuxiliaries: entry.auxiliaries, largestMagnitude: Double(fields[.largest][lane]))
    }
}

extension VectorScalar {
    /// The number of this type that |w| of this type lies under exactly when it lies under ξ: ξ rounded up, and not into the subnormals
    /// where those compare as 0.
    static func comparable(_ threshold: Double, flushesSubnormals: Bool) -> Self {
        guard Self.self != Double.self else { return Self(threshold) }
        let nearest = Self(threshold)
        let above = Double(nearest) < threshold ? nearest.nextUp : nearest
        return flushesSubnormals && threshold <= Double(Self.leastNormalMagnitude) ? .leastNormalMagnitude : above
    }
}
