// SPDX-License-Identifier: GPL-3.0-or-later
import RealModule

/// What a batch of outputs is compared with.
public enum BatchTargets<Scalar: NetworkScalar> {
    /// One class index a sample.
    case classes(UnsafeBufferPointer<Int32>)
    /// One row of real values a sample, [batch × outputs].
    case values(UnsafeBufferPointer<Scalar>)
}

/// The loss of a batch, and how many samples it got wrong.
public struct BatchLoss: Sendable, Equatable {
    /// Mean loss over the batch, summed in double precision.
    public let mean: Double
    /// Samples whose largest output is not their class (the first, if several are largest); 0 for losses on real values.
    public let errors: Int
    /// Samples in the batch.
    public let samples: Int

    public init(mean: Double, errors: Int, samples: Int) {
        self.samples = samples
        self.mean = mean
        self.errors = errors
    }
}

extension Loss {
    /// The loss of the first `batch` rows of `output` [capacity, outputs], and ∂loss/∂output into `gradient` if given.
    ///
    /// - crossEntropy: mean over samples of log Σ_o e^{y_o} − y_c, shifted by the largest output so that nothing overflows; gradient
    ///   (softmax(y) − onehot(c))/batch.
    /// - meanSquaredError: Σ (y − t)²/(batch·outputs); gradient 2(y − t)/(batch·outputs).
    /// - linear: Σ t·y/batch; gradient t/batch.
    /// - Precondition: targets of the loss's kind, at least `batch` of them, classes under the number of outputs.
    public func evaluate<Scalar: NetworkScalar>(
        _ output: Tensor<Scalar>, targets: BatchTargets<Scalar>, batch: Int, gradient: Tensor<Scalar>?
    ) -> BatchLoss {
        let outputs = output.shape.dropFirst().reduce(1, *)
        switch (self, targets) {
        case (.crossEntropy, .classes(let classes)):
            precondition(classes.count >= batch, "\(classes.count) classes for a batch of \(batch)")
            precondition(classes.prefix(batch).allSatisfy { $0 >= 0 && $0 < outputs }, "a class outside 0 ..< \(outputs)")
            return Self.crossEntropy(output.base, classes, batch, outputs, gradient?.base)
        case (.meanSquaredError, .values(let values)):
            precondition(values.count >= batch * outputs, "\(values.count) targets for \(batch) samples of \(outputs) outputs")
            return Self.meanSquaredError(output.base, values, batch, outputs, gradient?.base)
        case (.linear, .values(let values)):
            precondition(values.count >= batch * outputs, "\(values.count) targets for \(batch) samples of \(outputs) outputs")
            return Self.linear(output.base, values, batch, outputs, gradient?.base)
        case (.crossEntropy, .values): preconditionFailure("cross-entropy needs integer classes")
        case (_, .classes): preconditionFailure("\(self) needs real targets")
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func crossEntropy<Scalar: NetworkScalar>(
        _ y: UnsafePointer<Scalar>, _ classes: UnsafeBufferPointer<Int32>, _ batch: Int, _ outputs: Int,
        _ gradient: UnsafeMutablePointer<Scalar>?
    ) -> BatchLoss {
        var total = 0.0
        var errors = 0
        for i in 0..<batch {
            let row = y + i * outputs
            let target = Int(classes[i])
            var largest = 0
            for o in 1..<max(1, outputs) where row[o] > row[largest] { largest = o }
            if largest != target { errors += 1 }
            var sum: Scalar = 0
            for o in 0..<outputs { sum += .exp(row[o] - row[largest]) }
            let logSum = Scalar.log(sum)
            total += Double(logSum - (row[target] - row[largest]))
            guard let gradient else { continue }
            let result = gradient + i * outputs
            for o in 0..<outputs {
                let probability = Scalar.exp(row[o] - row[largest] - logSum)
                result[o] = (probability - (o == target ? 1 : 0)) / Scalar(batch)
            }
        }
        return BatchLoss(mean: total / Double(batch), errors: errors, samples: batch)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func meanSquaredError<Scalar: NetworkScalar>(
        _ y: UnsafePointer<Scalar>, _ targets: UnsafeBufferPointer<Scalar>, _ batch: Int, _ outputs: Int,
        _ gradient: UnsafeMutablePointer<Scalar>?
    ) -> BatchLoss {
        let count = batch * outputs
        var total = 0.0
        for i in 0..<count {
            let difference = y[i] - targets[i]
            total += Double(difference) * Double(difference)
            if let gradient { gradient[i] = 2 * difference / Scalar(count) }
        }
        return BatchLoss(mean: total / Double(count), errors: 0, samples: batch)
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    private static func linear<Scalar: NetworkScalar>(
        _ y: UnsafePointer<Scalar>, _ targets: UnsafeBufferPointer<Scalar>, _ batch: Int, _ outputs: Int,
        _ gradient: UnsafeMutablePointer<Scalar>?
    ) -> BatchLoss {
        var total = 0.0
        for i in 0..<batch * outputs {
            total += Double(y[i]) * Double(targets[i])
            if let gradient { gradient[i] = targets[i] / Scalar(batch) }
        }
        return BatchLoss(mean: total / Double(batch), errors: 0, samples: batch)
    }
}
