// SPDX-License-Identifier: GPL-3.0-or-later

/// A penalty's part in the training of one weight matrix [rows × columns], with the memory that it needs, planned at creation.
///
/// A step is: ``addSubgradient(at:to:)``, the update rule on ``gradient`` (or on the data gradient, where it is nil), ``shrink(_:learningRate:by:parameter:)``.
/// One of the two does nothing, according to the penalty's method. The data gradient is not written.
public final class PenalizedRows<Scalar: OptimizerScalar> {
    public let penalty: SparsityPenalty
    public let rowCount: Int
    public let columnCount: Int
    /// λ·c_g of a row.
    private let coefficient: Double
    private let gradientMemory: UnsafeMutableBufferPointer<Scalar>
    /// First moment, root and denominator of one row, as the rule writes them.
    private let momentMemory: UnsafeMutableBufferPointer<Scalar>
    private let scratch: UnsafeMutableBufferPointer<Double>

    public init(_ penalty: SparsityPenalty, rows: Int, columns: Int) {
        self.penalty = penalty
        rowCount = rows
        columnCount = columns
        coefficient = penalty.coefficient(groupSize: columns)
        gradientMemory = .allocate(capacity: penalty.method == .subgradient ? rows * columns : 0)
        gradientMemory.initialize(repeating: 0)
        let measured = penalty.method == .proximal(.denominator) ? columns : 0
        momentMemory = .allocate(capacity: 3 * measured)
        momentMemory.initialize(repeating: 0)
        scratch = .allocate(capacity: measured)
        scratch.initialize(repeating: 0)
    }

    deinit {
        gradientMemory.deallocate()
        momentMemory.deallocate()
        scratch.deallocate()
    }

    /// g_data plus the subgradient, as last added; nil for a proximal method, whose rule sees the data gradient itself.
    public var gradient: UnsafeBufferPointer<Scalar>? {
        penalty.method == .subgradient ? UnsafeBufferPointer(gradientMemory) : nil
    }

    /// Writes g_data + ∂R(w) to ``gradient``; nothing for a proximal method.
    ///
    /// ∂R is λc·w_g/‖w_g‖ or λ·sign w, and 0 where the norm or the weight is: one of the subgradients there.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func addSubgradient(at weights: UnsafeBufferPointer<Scalar>, to dataGradient: UnsafeBufferPointer<Scalar>) {
        guard penalty.method == .subgradient else { return }
        precondition(weights.count == gradientMemory.count && dataGradient.count == gradientMemory.count, "one gradient a weight")
        for start in stride(from: 0, to: weights.count, by: columnCount) {
            switch penalty.kind {
            case .groupLasso:
                let norm = Scalar.norm(of: UnsafeBufferPointer(rebasing: weights[start..<start + columnCount]))
                for index in start..<start + columnCount {
                    // w/‖w‖ first: λ/‖w‖ overflows for a tiny row.
                    let direction = norm == 0 ? 0 : Double(weights[index]) / norm
                    gradientMemory[index] = dataGradient[index] + Scalar(coefficient * direction)
                }
            case .l1:
                let step = Scalar(coefficient)
                for index in start..<start + columnCount {
                    let sign = weights[index] == 0 ? 0 : Scalar(signOf: weights[index], magnitudeOf: step)
                    gradientMemory[index] = dataGradient[index] + sign
                }
            }
        }
    }

    /// The proximal step on each row of what an update made; nothing for the subgradient method.
    ///
    /// - Parameters:
    ///   - learningRate: α of the update, after the schedule.
    ///   - optimizer: what made the update of its parameter `index`.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func shrink(
        _ weights: UnsafeMutableBufferPointer<Scalar>, learningRate: Double, by optimizer: Optimizer<Scalar>, parameter index: Int
    ) {
        guard case .proximal(let metric) = penalty.method else { return }
        precondition(weights.count == rowCount * columnCount, "\(weights.count) weights for \(rowCount) rows of \(columnCount)")
        let threshold = learningRate * coefficient
        for start in stride(from: 0, to: weights.count, by: columnCount) {
            let range = start..<start + columnCount
            let row = UnsafeMutableBufferPointer(rebasing: weights[range])
            switch (penalty.kind, metric) {
            case (.groupLasso, .euclidean): ProximalOperator.shrinkGroup(row, by: threshold)
            case (.l1, .euclidean): ProximalOperator.shrink(row, by: threshold)
            case (.groupLasso, .denominator):
                ProximalOperator.shrinkGroup(row, by: threshold, metric: denominators(range, index, optimizer), scratch: scratch)
            case (.l1, .denominator): ProximalOperator.shrink(row, by: threshold, metric: denominators(range, index, optimizer))
            }
        }
    }

    /// The denominators of the last update of some weights.
    private func denominators(_ range: Range<Int>, _ index: Int, _ optimizer: Optimizer<Scalar>) -> UnsafeBufferPointer<Scalar> {
        let base = momentMemory.baseAddress!
        let denominator = UnsafeMutableBufferPointer(start: base + 2 * columnCount, count: columnCount)
        optimizer.readMoments(
            parameter: index, range: range,
            into: MomentBuffers(
                firstMoment: UnsafeMutableBufferPointer(start: base, count: columnCount),
                rootSecondMoment: UnsafeMutableBufferPointer(start: base + columnCount, count: columnCount), denominator: denominator))
        return UnsafeBufferPointer(denominator)
    }
}
