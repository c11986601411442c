// SPDX-License-Identifier: GPL-3.0-or-later
import Networks

/// Watches weights for their passage of a threshold: the first step from which |w| stays below it for as long as `patience` says.
struct PassageWatch {
    let threshold: Double
    let patience: Int
    /// The step of each weight's passage; nil until it has been seen.
    private(set) var passages: [Int?]
    private var below: [Int?]

    init(count: Int, threshold: Double, patience: Int) {
        self.threshold = threshold
        self.patience = patience
        passages = Array(repeating: nil, count: count)
        below = passages
    }

    /// True once every weight has passed.
    var isComplete: Bool { !passages.contains(nil) }

    /// Looks at the weights as they are after `step` steps. A NaN is not below a threshold.
    mutating func observe<Scalar: NetworkScalar>(_ weights: UnsafeBufferPointer<Scalar>, step: Int) {
        for index in weights.indices where passages[index] == nil {
            guard Double(weights[index].magnitude) < threshold else {
                below[index] = nil
                continue
            }
            let start = below[index] ?? step
            below[index] = start
            if step - start >= patience { passages[index] = start }
        }
    }
}
