// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates

/// Which nodes of a network go, and what stays in their place.
///
/// A node goes if its incoming weights, from features that stay, are zero by their norm: its output is a constant then. So does one whose
/// outgoing weights are, and one that is proved to be silent. Each removal may make others possible, in front and behind: ``settle()`` goes on
/// until none is.
struct NodeRemoval {
    let model: SequentialModel
    /// ξ: a norm below it counts as zero, as does 0 itself.
    let threshold: Double
    let dropsInputs: Bool
    /// Group by group, the features that stay, rising.
    private(set) var kept: [[Int]]
    /// Group by group, those that went, rising, with the constants that took their place.
    private(set) var constants: [[ConstantInput]]
    private var gone: [RemovedNode] = []

    init(_ model: SequentialModel, threshold: Double, dropsInputs: Bool) {
        self.model = model
        self.threshold = threshold
        self.dropsInputs = dropsInputs
        kept = model.groupSizes.map { Array(0..<$0) }
        constants = kept.map { _ in [] }
    }

    /// True if a whole hidden layer went, so that the network's output is a constant.
    var isConstant: Bool { model.stages.count > 1 && kept[model.stages.count - 1].isEmpty }

    /// Nodes that went, layer by layer and row by row. Of a network that is a constant the first row stays, as the place of ``constantModel(round:)``.
    var removed: [RemovedNode] { Array(gone.sorted { ($0.layer, $0.node) < ($1.layer, $1.node) }.dropFirst(isConstant ? 1 : 0)) }

    /// What a stage's mixing layer takes over: the constants that reach a feature that stays.
    func folded(intoStage stage: Int) -> [ConstantInput] {
        constants[stage].filter { $0.value != 0 && model.stages[stage].mixing.outgoingNorm(of: $0.input, to: kept[stage + 1]) != 0 }
    }

    func isZero(_ norm: Double) -> Bool { norm < threshold || norm == 0 }

    /// Removes zero and unused nodes, and inputs if that was asked for, until nothing changes.
    /// - Throws: ``ReductionError/notFinite(layer:node:)``.
    mutating func settle() throws(ReductionError) {
        var before = -1
        while before != keptCount {
            before = keptCount
            for stage in model.stages.indices.dropLast() { try removeConstants(ofStage: stage) }
            for stage in model.stages.indices.dropLast().reversed() { removeUnused(ofStage: stage) }
            if dropsInputs {
                // An input at least stays: a layer without inputs is none.
                let unread = Set(unreadInputs)
                let stay = kept[0].filter { !unread.contains($0) }
                keep(stay.isEmpty ? Array(kept[0].prefix(1)) : stay, ofGroup: 0) { _ in 0 }
            }
        }
    }

    private var keptCount: Int { kept.map(\.count).reduce(0, +) }

    /// Inputs that stay, but whose outgoing weights are zero by their norm.
    var unreadInputs: [Int] {
        guard let first = model.stages.first else { return [] }
        return kept[0].filter { isZero(first.mixing.outgoingNorm(of: $0, to: isConstant ? [] : kept[1])) }
    }

    /// Removes nodes, rows of the original, whose activation is proved to be 0.
    /// - Throws: ``ReductionError/notFinite(layer:node:)``.
    mutating func remove(_ certified: [(node: Int, certificates: [DeathCertificate])], ofStage stage: Int) throws(ReductionError) {
        let (mixing, behind) = (model.stages[stage].mixing, model.stages[stage].elementwise)
        let first = behind.firstIndex { $0 is ActivationValues } ?? behind.endIndex
        var values: [Int: Double] = [:]
        for (node, certificates) in certified {
            let constant = Array(behind[(first + 1)...]).image(of: 0, feature: node)
            guard constant.isFinite else { throw .notFinite(layer: mixing.index, node: node) }
            values[node] = constant
            gone.append(
                RemovedNode(
                    layer: mixing.index, node: node, reason: .certificate, norm: mixing.incomingNorm(of: node, from: kept[stage]),
                    constant: constant, certificates: certificates))
        }
        keep(kept[stage + 1].filter { values[$0] == nil }, ofGroup: stage + 1) { values[$0] ?? 0 }
    }

    private mutating func removeConstants(ofStage stage: Int) throws(ReductionError) {
        let (mixing, behind) = (model.stages[stage].mixing, model.stages[stage].elementwise)
        var values: [Int: Double] = [:]
        for node in kept[stage + 1] {
            let norm = mixing.incomingNorm(of: node, from: kept[stage])
            guard isZero(norm) else { continue }
            let constant = behind.image(of: mixing.offset(of: node, constants: constants[stage]), feature: node)
            guard constant.isFinite else { throw .notFinite(layer: mixing.index, node: node) }
            values[node] = constant
            gone.append(
                RemovedNode(
                    layer: mixing.index, node: node, reason: constant == 0 ? .zero : .constant, norm: norm, constant: constant, certificates: []))
        }
        keep(kept[stage + 1].filter { values[$0] == nil }, ofGroup: stage + 1) { values[$0] ?? 0 }
    }

    private mutating func removeUnused(ofStage stage: Int) {
        let (mixing, next) = (model.stages[stage].mixing, model.stages[stage + 1].mixing)
        let unused = Set(kept[stage + 1].filter { isZero(next.outgoingNorm(of: $0, to: kept[stage + 2])) })
        for node in kept[stage + 1] where unused.contains(node) {
            gone.append(
                RemovedNode(
                    layer: mixing.index, node: node, reason: .unused, norm: mixing.incomingNorm(of: node, from: kept[stage]), constant: 0,
                    certificates: []))
        }
        keep(kept[stage + 1].filter { !unused.contains($0) }, ofGroup: stage + 1) { _ in 0 }
    }

    private mutating func keep(_ features: [Int], ofGroup group: Int, constant: (Int) -> Double) {
        let staying = Set(features)
        constants[group] += kept[group].filter { !staying.contains($0) }.map { ConstantInput(input: $0, value: constant($0)) }
        constants[group].sort { $0.input < $1.input }
        kept[group] = features
    }

    /// The network without the nodes that went; `round` takes what becomes of a bias to the network's precision.
    func cut(round: (Double) -> Double) -> SequentialModel {
        guard !isConstant else { return constantModel(round: round) }
        var stages: [SequentialModel.Stage] = []
        for index in model.stages.indices {
            let stage = model.stages[index]
            let (features, inputs) = (kept[index + 1], kept[index])
            let (bias, elementwise) = folded(index, round: round)
            stages.append(
                SequentialModel.Stage(mixing: stage.mixing.selecting(features: features, inputs: inputs, bias: bias), elementwise: elementwise))
        }
        return SequentialModel(inputCount: kept[0].count, leading: model.leading.map { $0.selecting(features: kept[0]) }, stages: stages)
    }

    /// The bias of a stage's features that stay, and the layers behind: a constant goes into the bias, which is made if there is none; but where
    /// batch normalisation follows a layer without bias, z − r is what counts, and r moves by −Σ w·c instead.
    ///
    /// With a bias in front of a batch normalisation both places would be exact. The bias it is, so that the running statistics stay what was
    /// recorded, and what a layer without batch normalisation does is done here too.
    private func folded(_ index: Int, round: (Double) -> Double) -> (bias: [Double]?, elementwise: [any ElementwiseLayer]) {
        let (stage, features) = (model.stages[index], kept[index + 1])
        var elementwise = stage.elementwise.map { $0.selecting(features: features) }
        let constants = folded(intoStage: index)
        // Untouched biases keep their bits, a −0 too.
        guard !constants.isEmpty else { return (stage.mixing.bias(of: features), elementwise) }
        let offsets = features.map { stage.mixing.offset(of: $0, constants: constants) }
        guard model.normalizesOffset(ofStage: index), let norm = stage.elementwise[0] as? BatchNormValues else {
            return (offsets.map(round), elementwise)
        }
        let means = zip(features, offsets).map { round(norm.runningMean[$0] - $1) }
        elementwise[0] = norm.selecting(features: features, runningMean: means)
        return (nil, elementwise)
    }

    /// A network that is a constant: one node of the first stage with its activation, and the last stage, both with weights 0. One layer that
    /// takes in all inputs would have inputs · outputs zeros, and could have more than the network had.
    private func constantModel(round: (Double) -> Double) -> SequentialModel {
        let (first, last) = (model.stages[0], model.stages.count - 1)
        let (bias, elementwise) = folded(last, round: round)
        func zeros(_ index: Int, _ features: Int, _ inputs: Int, bias: [Double]?) -> DenseValues {
            DenseValues(
                index: index, featureCount: features, inputCount: inputs, weight: Array(repeating: 0, count: features * inputs), bias: bias)
        }
        return SequentialModel(
            inputCount: kept[0].count,
            stages: [
                SequentialModel.Stage(
                    mixing: zeros(first.mixing.index, 1, kept[0].count, bias: nil), elementwise: first.elementwise.filter { $0 is ActivationValues }),
                SequentialModel.Stage(
                    mixing: zeros(model.stages[last].mixing.index, kept[last + 1].count, 1, bias: bias), elementwise: elementwise),
            ])
    }
}
