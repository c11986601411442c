// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// The skipped nodes of one hidden layer whose incoming weights are at rest.
final class RestingRows<Scalar: NetworkScalar & OptimizerScalar> {
    private let layer: HiddenLayer<Scalar>
    private let optimizer: Optimizer<Scalar>
    private let parameter: Int
    private let l2: Double
    private var isResting: [Bool]
    private var count = 0
    /// α when the last rows came to rest; a larger one wakes them.
    private var learningRate = Double.infinity

    init(_ layer: HiddenLayer<Scalar>, in network: Network<Scalar>, optimizer: Optimizer<Scalar>, l2: Double) {
        self.layer = layer
        self.optimizer = optimizer
        self.l2 = l2
        parameter = network.parameters.firstIndex { $0 === layer.incoming }!
        isResting = Array(repeating: false, count: layer.nodeCount)
    }

    private func range(_ node: Int) -> Range<Int> { node * layer.inputCount..<(node + 1) * layer.inputCount }

    /// Wakes all rows if α has grown.
    func hold(learningRate: Double) {
        if count > 0, learningRate > self.learningRate { wake(allBut: []) }
    }

    /// Lets those of the nodes rest that can.
    func rest(_ nodes: [Int], learningRate: Double) {
        guard !layer.incoming.isFrozen else { return }
        for node in nodes where !isResting[node] {
            isResting[node] = optimizer.rest(
                parameter: parameter, range: range(node), weights: layer.incoming.value.mutableElements, learningRate: learningRate, l2: l2)
            if isResting[node] {
                count += 1
                self.learningRate = learningRate
            }
        }
    }

    /// Wakes the rows of all other nodes.
    func wake(allBut nodes: [Int]) {
        guard count > 0 else { return }
        let stays = Set(nodes)
        for node in isResting.indices where isResting[node] && !stays.contains(node) {
            optimizer.wake(parameter: parameter, range: range(node))
            isResting[node] = false
            count -= 1
        }
    }
}
