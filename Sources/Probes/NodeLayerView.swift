// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Optimizers

/// A hidden layer's nodes for reading: their weights on both sides, data gradients, moments and activity.
public final class NodeLayerView<Scalar: TrainingScalar> {
    /// One parameter with its place in the optimiser.
    struct Tracked {
        let parameter: Parameter<Scalar>
        let index: Int
    }

    /// Index of the dense layer, as in PyTorch's `nn.Sequential`.
    public let name: String
    public let nodeCount: Int
    /// Incoming weights a node.
    public let inputCount: Int
    /// Outgoing weights a node.
    public let outputCount: Int
    /// λ of the coupled L2 on the incoming weights.
    public let l2: Double
    /// The activation behind the nodes.
    public let activation: Activation
    /// Names of the optimiser's state tensors.
    public let stateNames: [String]
    let readsGradient: Bool
    let denominatorFollowsSecondMoment: Bool
    let optimizer: Optimizer<Scalar>
    let layer: HiddenLayer<Scalar>
    /// The certificates of death that its nodes can have.
    let certificates: [DeathCertificate]
    let incoming: Tracked
    let outgoing: Tracked
    let bias: Tracked?
    let scale: Tracked?
    let shift: Tracked?
    private let penalty: PenalizedRows<Scalar>?
    /// Data gradients of bias, β and γ, as far as the nodes have them, one number a node; and of the incoming weights.
    private let nodeGradients: [UnsafeBufferPointer<Scalar>]
    private let incomingGradients: UnsafePointer<Scalar>

    /// - Parameter penalty: what a sparsity-inducing penalty does to the incoming weights.
    /// - Precondition: the optimiser was made for the parameters of the layer's network, in their order.
    public init(
        _ layer: HiddenLayer<Scalar>, parameters: [Parameter<Scalar>], optimizer: Optimizer<Scalar>, l2: Double,
        penalty: PenalizedRows<Scalar>? = nil
    ) {
        func track(_ parameter: Parameter<Scalar>) -> Tracked {
            guard let index = parameters.firstIndex(where: { $0 === parameter }) else {
                preconditionFailure("\(parameter.name) is not among the optimised parameters")
            }
            return Tracked(parameter: parameter, index: index)
        }
        self.layer = layer
        self.optimizer = optimizer
        self.l2 = l2
        self.penalty = penalty
        name = layer.name
        nodeCount = layer.nodeCount
        inputCount = layer.inputCount
        outputCount = layer.outgoing.value.shape[0]
        activation = layer.activation.activation
        certificates = layer.certificates
        stateNames = optimizer.stateNames
        readsGradient = optimizer.rule.readsGradient
        denominatorFollowsSecondMoment = optimizer.rule.denominatorFollowsSecondMoment
        incoming = track(layer.incoming)
        outgoing = track(layer.outgoing)
        bias = layer.bias.map(track)
        scale = layer.batchNorm.map { track($0.scale) }
        shift = layer.batchNorm.map { track($0.shift) }
        nodeGradients = [bias, shift, scale].compactMap { $0?.parameter.gradient.elements }
        incomingGradients = layer.incoming.gradient.elements.baseAddress!
    }

    /// w: incoming weights of a node, [inputs].
    public func incomingWeights(of node: Int) -> UnsafeBufferPointer<Scalar> { layer.incoming.value.rows(node..<node + 1) }

    /// w of some nodes, [nodes × inputs].
    func incomingWeights(of nodes: Range<Int>) -> UnsafeBufferPointer<Scalar> { layer.incoming.value.rows(nodes) }

    /// Runs of nodes, rising, that hold every incoming weight which the optimiser does not let rest.
    func forEachMovingNodes(_ body: (Range<Int>) -> Void) {
        optimizer.forEachMoving(in: 0..<nodeCount * inputCount, of: incoming.index) {
            body($0.lowerBound / inputCount..<($0.upperBound + inputCount - 1) / inputCount)
        }
    }

    /// g_data: data gradient of the incoming weights of a node, [inputs].
    public func incomingGradient(of node: Int) -> UnsafeBufferPointer<Scalar> { layer.incoming.gradient.rows(node..<node + 1) }

    /// What the update rule is handed for the incoming weights of a node, before its L2 term: g_data, with the subgradient of a penalty that is
    /// taken in that way.
    func handedGradient(of node: Int) -> UnsafeBufferPointer<Scalar> {
        guard let gradient = penalty?.gradient else { return incomingGradient(of: node) }
        return UnsafeBufferPointer(rebasing: gradient[node * inputCount..<(node + 1) * inputCount])
    }

    /// A state tensor of the incoming weights of a node, [inputs], in the order of ``stateNames``.
    public func incomingState(_ tensor: Int, of node: Int) -> UnsafeBufferPointer<Scalar> {
        let state = optimizer.stateTensors(of: incoming.index)[tensor]
        return UnsafeBufferPointer(rebasing: state[node * inputCount..<(node + 1) * inputCount])
    }

    /// Outgoing weight from a node to an output of the next dense layer.
    public func outgoingWeight(of node: Int, to output: Int) -> Scalar { layer.outgoing.value.elements[output * nodeCount + node] }

    /// Dense bias of a node, if the layer has one.
    public func bias(of node: Int) -> Scalar? { layer.bias?.value.elements[node] }

    /// γ of a node's batch normalisation, if it has one.
    public func batchNormScale(of node: Int) -> Scalar? { layer.batchNorm?.scale.value.elements[node] }

    /// β of a node's batch normalisation, if it has one.
    public func batchNormShift(of node: Int) -> Scalar? { layer.batchNorm?.shift.value.elements[node] }

    /// γ of a node followed by its optimiser state, in the order of ``stateNames``; empty without batch normalisation.
    public func batchNormScaleState(of node: Int) -> [Scalar] { scale.map { valueAndState($0, of: node) } ?? [] }

    /// β of a node followed by its optimiser state, in the order of ``stateNames``; empty without batch normalisation.
    public func batchNormShiftState(of node: Int) -> [Scalar] { shift.map { valueAndState($0, of: node) } ?? [] }

    private func valueAndState(_ tracked: Tracked, of node: Int) -> [Scalar] {
        let state = optimizer.stateTensors(of: tracked.index)
        return [tracked.parameter.value.elements[node]] + stateNames.indices.map { state[$0][node] }
    }

    /// Samples of the batch whose activation had a non-zero derivative; 0 is a silent node.
    public func activeSamples(of node: Int) -> Int { Int(layer.activation.activeSamples.elements[node]) }

    /// z [batch × nodes], row-major: what the activation was applied to.
    public func preactivation(batch: Int) -> UnsafeBufferPointer<Scalar> { layer.preactivation.rows(0..<batch) }

    /// Writes m̂, √v̂ and the denominator of a node's incoming weights; valid after an update. `gradient` holds g_data + λw, for rules whose
    /// numerator contains it.
    public func readMoments(of node: Int, gradient: UnsafeBufferPointer<Scalar>, into moments: MomentBuffers<Scalar>) {
        optimizer.readMoments(
            parameter: incoming.index, range: node * inputCount..<(node + 1) * inputCount, gradient: gradient, into: moments)
    }

    /// The same for some nodes one after the other.
    func readMoments(of nodes: Range<Int>, gradient: UnsafeBufferPointer<Scalar>, into moments: MomentBuffers<Scalar>) {
        optimizer.readMoments(
            parameter: incoming.index, range: nodes.lowerBound * inputCount..<nodes.upperBound * inputCount, gradient: gradient, into: moments)
    }

    /// True if any data gradient of the node's own parameters (incoming weights, bias, γ, β) is not exactly 0. NaN is not 0.
    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    func hasDataGradient(_ node: Int) -> Bool {
        for gradient in nodeGradients where gradient[node] != 0 { return true }
        return Scalar.countNonzeros(incomingGradients + node * inputCount, inputCount) > 0
    }
}
