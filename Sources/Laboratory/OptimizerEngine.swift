// SPDX-License-Identifier: GPL-3.0-or-later
import Optimizers
import Theory

extension LaboratoryCase {
    /// The step count that stands for none: no bias correction that the rules know is left there, and each step still counts.
    static let stepWithoutCorrection = 1 << 50

    /// The case by an update rule: an ``Optimizer`` with one weight and a data gradient of 0.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func run<Scalar: RecursionScalar & OptimizerScalar>(
        _ updateRule: any UpdateRule, _: Scalar.Type, steps: Int, measuring measurement: LaboratoryMeasurement,
        flushesSubnormals: Bool
    ) throws -> LaboratoryOutcome {
        let start: DeadWeight<Scalar> = start(flushesSubnormals: flushesSubnormals)
        let optimizer = try Optimizer<Scalar>(rule: updateRule, parameters: [OptimizedParameter(name: "weight", count: 1)])
        let layout = try StateLayout(updateRule)
        try layout.plant(start, in: optimizer)
        if weight.step == nil, case .adaGrad(_, let slowing) = rule, slowing != 0 {
            throw LaboratoryError.unavailable("AdaGrad's decay of the rate without a step count", accepted: "a weight with a step count")
        }
        var recorder = CaseRecorder(measurement, patience: rule.passagePatience)
        let gradient = [Scalar(0)]
        var (values, stepsMade) = ([start.weight], 0)
        func state() -> DeadWeight<Scalar> { layout.read(optimizer, weight: values[0], countsSteps: weight.step != nil) }
        recorder.observe(start, step: 0)
        while stepsMade < steps, !recorder.ends(at: stepsMade) {
            let rate = learningRate[(weight.step ?? 0) + stepsMade]
            values.withUnsafeMutableBufferPointer { w in
                gradient.withUnsafeBufferPointer { g in
                    optimizer.update(parameter: 0, weights: w, gradient: g, learningRate: rate, l2: l2)
                }
            }
            stepsMade += 1
            recorder.observe(state(), step: stepsMade)
        }
        return recorder.outcome(finalState: state().rounded(to: Double.self), stepsMade: stepsMade)
    }
}

/// Where the fields of a dead weight lie among an optimiser's states, by their names: PyTorch's.
private struct StateLayout {
    private static let firstMoments = ["exp_avg", "momentum_buffer"]
    private static let secondMoments = ["exp_avg_sq", "square_avg", "sum", "exp_inf"]
    private static let auxiliaries = ["max_exp_avg_sq", "grad_avg", "acc_delta"]
    private static let product = "mu_product"

    private var first: Int?
    private var second: Int?
    private var auxiliary: Int?
    private let names: [String]
    private let hasProduct: Bool

    /// - Throws: ``LaboratoryError/unknownState(name:optimizer:accepted:)``.
    init(_ rule: any UpdateRule) throws(LaboratoryError) {
        names = rule.stateNames
        for (index, name) in names.enumerated() {
            if Self.firstMoments.contains(name) {
                first = index
            } else if Self.secondMoments.contains(name) {
                second = index
            } else if Self.auxiliaries.contains(name) {
                auxiliary = index
            } else {
                throw .unknownState(
                    name: name, optimizer: type(of: rule).name, accepted: Self.firstMoments + Self.secondMoments + Self.auxiliaries)
            }
        }
        hasProduct = rule.scalarStateNames.contains(Self.product)
        if let other = rule.scalarStateNames.first(where: { $0 != Self.product }) {
            throw .unknownState(name: other, optimizer: type(of: rule).name, accepted: [Self.product])
        }
    }

    func plant<Scalar: RecursionScalar & OptimizerScalar>(_ weight: DeadWeight<Scalar>, in optimizer: Optimizer<Scalar>) throws {
        if let first { try optimizer.plant([weight.firstMoment], as: names[first], of: 0) }
        if let second { try optimizer.plant([weight.secondMoment], as: names[second], of: 0) }
        if let auxiliary { try optimizer.plant([weight.auxiliary], as: names[auxiliary], of: 0) }
        // Without step count NAdam's product has vanished.
        if hasProduct { try optimizer.plant(weight.step == nil ? 0 : weight.momentumProduct, as: Self.product, of: 0) }
        try optimizer.plant(Double(weight.step ?? LaboratoryCase.stepWithoutCorrection), as: "step", of: 0)
    }

    func read<Scalar: RecursionScalar & OptimizerScalar>(
        _ optimizer: Optimizer<Scalar>, weight: Scalar, countsSteps: Bool
    ) -> DeadWeight<Scalar> {
        let tensors = optimizer.stateTensors(of: 0)
        func value(_ index: Int?) -> Scalar { index.map { tensors[$0][0] } ?? 0 }
        let product = hasProduct ? try? optimizer.scalar(Self.product, of: 0) : nil
        return DeadWeight(
            weight: weight, firstMoment: value(first), secondMoment: value(second), auxiliary: value(auxiliary),
            momentumProduct: product ?? 1, step: countsSteps ? optimizer.step(of: 0) : nil)
    }
}
