// SPDX-License-Identifier: GPL-3.0-or-later

/// What a laboratory keeps of each weight's way. Only what is asked for is computed.
///
/// *Steps* are numbered by the state that they lead to: state 0 is the start, state k the weight after k steps.
public struct LaboratoryMeasurement: Sendable, Equatable {
    /// ξ: dips, passages and revivals are kept for each, in this order. All > 0.
    public var thresholds: [Double]
    /// States over which the root mean square and the largest |w| are taken; nil for no rms.
    public var rmsWindow: Range<Int>?
    /// States at which w and v are kept, rising.
    public var samples: [Int]
    /// A case ends at the first multiple of ``Laboratory/stoppingInterval`` steps at which it has passed every threshold.
    public var stopsAfterPassage: Bool

    public init(thresholds: [Double] = [], rmsWindow: Range<Int>? = nil, samples: [Int] = [], stopsAfterPassage: Bool = false) {
        self.thresholds = thresholds
        self.rmsWindow = rmsWindow
        self.samples = samples
        self.stopsAfterPassage = stopsAfterPassage
    }

    func validate() throws(LaboratoryError) {
        for threshold in thresholds where !(threshold > 0 && threshold.isFinite) {
            throw .invalid(quantity: "ξ", found: threshold, accepted: "finite and > 0")
        }
        if let rmsWindow, rmsWindow.lowerBound < 0 {
            throw .invalid(quantity: "start of the rms window", found: Double(rmsWindow.lowerBound), accepted: "≥ 0")
        }
        var last = -1
        for sample in samples {
            guard sample > last else { throw .invalid(quantity: "sampled step", found: Double(sample), accepted: "≥ 0 and rising") }
            last = sample
        }
        if stopsAfterPassage, thresholds.isEmpty {
            throw .invalid(quantity: "number of thresholds", found: 0, accepted: "≥ 1 where a case stops after its passages")
        }
    }
}
