// SPDX-License-Identifier: GPL-3.0-or-later

/// Weights of one parameter that are at rest, so that an update passes them over: only their second moment is still on its way, and is brought on when
/// somebody looks.
struct RestingWeights<Scalar: OptimizerScalar> {
    /// Runs of weights, rising and apart.
    private(set) var ranges: [Range<Int>] = []
    /// All weights of the parameter, in place as long as any is at rest.
    let weights: UnsafeMutableBufferPointer<Scalar>
    let l2: Double
    /// The largest α under which all of them rest.
    private(set) var learningRate: Double
    /// The step whose state the second moments are at.
    var since: Int

    init(weights: UnsafeMutableBufferPointer<Scalar>, learningRate: Double, l2: Double, since: Int) {
        self.weights = weights
        self.learningRate = learningRate
        self.l2 = l2
        self.since = since
    }

    /// True if all that rests goes on resting under these.
    func hold(learningRate: Double, l2: Double) -> Bool { learningRate <= self.learningRate && l2 == self.l2 }

    /// - Precondition: no weight of the range rests already.
    mutating func insert(_ range: Range<Int>, learningRate: Double) {
        let position = ranges.firstIndex { $0.lowerBound >= range.upperBound } ?? ranges.count
        precondition(position == 0 || ranges[position - 1].upperBound <= range.lowerBound, "weights \(range) rest already")
        ranges.insert(range, at: position)
        self.learningRate = min(self.learningRate, learningRate)
    }

    mutating func remove(_ range: Range<Int>) { ranges.removeAll { $0 == range } }

    /// Runs of the weights of a range that don't rest, rising.
    func forEachMoving(in part: Range<Int>, _ body: (Range<Int>) -> Void) {
        var start = part.lowerBound
        for range in ranges where range.upperBound > start {
            if range.lowerBound >= part.upperBound { break }
            if start < range.lowerBound { body(start..<range.lowerBound) }
            start = range.upperBound
        }
        if start < part.upperBound { body(start..<part.upperBound) }
    }
}
