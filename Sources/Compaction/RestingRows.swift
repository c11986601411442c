// SPDX-License-Identifier: GPL-3.0-or-later
import Networks
import Optimizers

/// Lets the incoming weights of a hidden layer's skipped nodes rest, row by row; which rows do is what the optimiser says.
struct RestingRows<Scalar: NetworkScalar & OptimizerScalar> {
    private let layer: HiddenLayer<Scalar>
    private let optimizer: Optimizer<Scalar>
    private let parameter: Int
    private let l2: Double

    init(_ layer: HiddenLayer<Scalar>, in network: Network<Scalar>, optimizer: Optimizer<Scalar>, l2: Double) {
        self.layer = layer
        self.optimizer = optimizer
        self.l2 = l2
        parameter = network.parameters.firstIndex { $0 === layer.incoming }!
    }

    private func range(_ node: Int) -> Range<Int> { node * layer.inputCount..<(node + 1) * layer.inputCount }

    /// Lets those of the nodes rest that can and don't yet.
    func rest(_ nodes: [Int], learningRate: Double) {
        guard !layer.incoming.isFrozen else { return }
        let resting = Set(optimizer.restingRanges(of: parameter))
        for node in nodes where !resting.contains(range(node)) {
            _ = optimizer.rest(
                parameter: parameter, range: range(node), weights: layer.incoming.value.mutableElements, learningRate: learningRate, l2: l2)
        }
    }

    /// Wakes the rows of all other nodes.
    func wake(allBut nodes: [Int]) {
        let staying = Set(nodes.map(range))
        for row in optimizer.restingRanges(of: parameter) where !staying.contains(row) { optimizer.wake(parameter: parameter, range: row) }
    }
}
