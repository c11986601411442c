// SPDX-License-Identifier: GPL-3.0-or-later
import Theory

/// Watches one weight, state by state, and keeps what a measurement asks for.
struct CaseRecorder {
    private let measurement: LaboratoryMeasurement
    private let patience: Int
    private var thresholds: [ThresholdRecord]
    private var squares = 0.0
    private var counted = 0
    private var largest = 0.0
    private var nextSample = 0
    private var weights: [Double] = []
    private var secondMoments: [Double] = []
    private var auxiliaries: [Double] = []

    init(_ measurement: LaboratoryMeasurement, patience: Int) {
        self.measurement = measurement
        self.patience = patience
        thresholds = Array(repeating: ThresholdRecord(), count: measurement.thresholds.count)
    }

    /// Takes in state number `step`.
    @inline(__always)
    mutating func observe<Scalar: RecursionScalar>(_ state: DeadWeight<Scalar>, step: Int) {
        let magnitude = Double(state.weight.magnitude)
        for (index, threshold) in measurement.thresholds.enumerated() {
            let isBelow = magnitude < threshold
            if isBelow != (thresholds[index].belowSince != nil) {
                if isBelow { thresholds[index].fall(at: step) } else { thresholds[index].rise(at: step, patience: patience) }
            }
        }
        if measurement.rmsWindow?.contains(step) ?? true {
            if measurement.rmsWindow != nil {
                squares += magnitude * magnitude
                counted += 1
            }
            // A NaN stays.
            if !(magnitude <= largest) { largest = magnitude }
        }
        if nextSample < measurement.samples.count, measurement.samples[nextSample] == step {
            nextSample += 1
            weights.append(Double(state.weight))
            secondMoments.append(Double(state.secondMoment))
            auxiliaries.append(Double(state.auxiliary))
        }
    }

    /// Whether the case ends at state `step`.
    mutating func ends(at step: Int) -> Bool {
        guard measurement.stopsAfterPassage, step.isMultiple(of: Laboratory.stoppingInterval) else { return false }
        for index in thresholds.indices { thresholds[index].close(lastState: step, patience: patience) }
        return thresholds.allSatisfy { $0.passage != nil }
    }

    func outcome(finalState: DeadWeight<Double>, stepsMade: Int) -> LaboratoryOutcome {
        let closed = thresholds.map { record in
            var record = record
            record.close(lastState: stepsMade, patience: patience)
            return record
        }
        return LaboratoryOutcome(
            finalState: finalState, stepsMade: stepsMade, dips: closed.map(\.dip), passages: closed.map(\.passage),
            revivals: closed.map(\.revival), lastPassages: closed.map(\.lastPassage),
            rms: counted == 0 ? nil : (squares / Double(counted)).squareRoot(), sampledWeights: weights, sampledSecondMoments: secondMoments,
            sampledAuxiliaries: auxiliaries, largestMagnitude: largest)
    }
}
