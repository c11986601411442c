// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Networks
import Records

/// What the ledger needs to know of a run beforehand.
public struct LedgerSettings: Sendable, Equatable {
    /// Thresholds ξ of a node's norm, largest first.
    public let thresholds: [Double]
    /// Steps that a norm must stay under ξ for a passage, 6/(1 − β₁) (theory notes, Terms).
    public let persistence: Int
    /// Samples in the largest batch, for the certificate under batch normalisation.
    public let largestBatch: Int
    /// What is known of the inputs of each hidden layer.
    public let boxes: [Box]

    /// - Precondition: thresholds are positive and large enough that their squares are normal numbers (≥ 1e-150).
    public init(thresholds: [Double], persistence: Int, largestBatch: Int, boxes: [Box]) {
        precondition(thresholds.allSatisfy { $0 >= 1e-150 && $0.isFinite }, "thresholds lie between 1e-150 and infinity")
        self.thresholds = thresholds.sorted(by: >)
        self.persistence = max(1, persistence)
        self.largestBatch = largestBatch
        self.boxes = boxes
    }
}

/// The dead-node ledger: who fell silent when, who was proved dead, whose norm passed which threshold, who came back.
///
/// It looks at every step, whatever the cadence of other probes. Its work a step is one comparison for a living node: a norm is summed
/// only until it is seen to exceed the largest threshold, that of weights at rest not again, and certificates are tried on silent nodes only.
public final class DeathLedger<Scalar: TrainingScalar>: Probe {
    public let settings: LedgerSettings
    /// Names of the hidden layers.
    public private(set) var layerNames: [String] = []
    /// Nodes of each hidden layer.
    public private(set) var lives: [[NodeLife]] = []
    /// The state that each node was last seen alive in.
    public private(set) var deathStates: [DeathStates<Scalar>] = []
    /// The last step seen.
    public private(set) var lastStep = 0
    private var epochStart = 1
    /// Of each node of each hidden layer, whether its norm was under some threshold, and its last squared norm, ∞ from the largest on.
    private var isBelow: [[Bool]] = []
    private var squares: [[Double]] = []
    private let squaredThresholds: [Double]

    public init(settings: LedgerSettings) {
        self.settings = settings
        squaredThresholds = settings.thresholds.map { $0 * $0 }
    }

    public func start(_ view: StepView<Scalar>) throws {
        layerNames = view.layers.map(\.name)
        lives = view.layers.map { Array(repeating: NodeLife(thresholds: settings.thresholds.count), count: $0.nodeCount) }
        deathStates = view.layers.map { DeathStates($0) }
        planMarks(view)
    }

    private func planMarks(_ view: StepView<Scalar>) {
        isBelow = lives.map { $0.map { $0.crossings.contains(where: \.isBelow) } }
        squares = lives.map { Array(repeating: .infinity, count: $0.count) }
        for index in view.layers.indices { sumSquares(of: 0..<view.layers[index].nodeCount, index, view.layers[index]) }
    }

    private func sumSquares(of nodes: Range<Int>, _ index: Int, _ layer: NodeLayerView<Scalar>) {
        squares[index].withUnsafeMutableBufferPointer {
            Scalar.squaredNorms(
                of: layer.incomingWeights(of: nodes), below: squaredThresholds.first ?? 0, into: UnsafeMutableBufferPointer(rebasing: $0[nodes]))
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func beforeUpdate(_ view: StepView<Scalar>) throws {
        for index in view.layers.indices {
            let (layer, states) = (view.layers[index], deathStates[index])
            let active = layer.layer.activation.activeSamples.elements
            lives[index].withUnsafeMutableBufferPointer { lives in
                for node in lives.indices {
                    // Where the derivative is 0 for every sample, so is the data gradient.
                    let isActive = active[node] != 0
                    if isActive { wake(&lives[node], step: view.step) }
                    if isActive && layer.hasDataGradient(node) {
                        lives[node].lastDataGradientStep = view.step
                        lives[node].isSilent = false
                    } else {
                        if !lives[node].isSilent { states.capture(node, of: layer, lastStep: view.step - 1) }
                        lives[node].isSilent = true
                    }
                }
            }
        }
    }

    /// An active node is not dead, even where the loss hands it a gradient of 0.
    private func wake(_ life: inout NodeLife, step: Int) {
        life.lastActiveStep = step
        // Only a silent node can have died.
        guard life.isSilent, life.isDead else { return }
        life.revivals += 1
        life.deadOnDataStep = nil
        if !life.certificateSteps.isEmpty {
            life.withdrawals += 1
            life.certificateSteps = [:]
        }
    }

    @_specialize(where Scalar == Float)
    @_specialize(where Scalar == Double)
    public func afterUpdate(_ view: StepView<Scalar>) throws {
        for index in view.layers.indices {
            let layer = view.layers[index]
            layer.forEachMovingNodes { sumSquares(of: $0, index, layer) }
            lives[index].withUnsafeMutableBufferPointer { lives in
                for node in lives.indices {
                    if squares[index][node] < .infinity || isBelow[index][node] {
                        isBelow[index][node] = observe(&lives[node], squaredNorm: squares[index][node], step: view.step)
                    }
                    if lives[node].isSilent { observeSilence(of: &lives[node], node, index, layer, view) }
                }
            }
        }
        if view.endsEpoch { epochStart = view.step + 1 }
        lastStep = view.step
    }

    /// Compares a node's norm with the thresholds; true if it is under some.
    private func observe(_ life: inout NodeLife, squaredNorm: Double, step: Int) -> Bool {
        for threshold in squaredThresholds.indices {
            life.crossings[threshold].observe(isBelow: squaredNorm < squaredThresholds[threshold], step: step, persistence: settings.persistence)
        }
        return squaredThresholds.first.map { squaredNorm < $0 } ?? false
    }

    /// A silent node: is the epoch whole, and can its death be proved?
    private func observeSilence(of life: inout NodeLife, _ node: Int, _ index: Int, _ layer: NodeLayerView<Scalar>, _ view: StepView<Scalar>) {
        if view.endsEpoch, life.deadOnDataStep == nil, life.lastActiveStep < epochStart { life.deadOnDataStep = view.step }
        for certificate in layer.certificates {
            guard life.certificateSteps[certificate] == nil,
                layer.layer.isCertified(node, by: certificate, box: settings.boxes[index], largestBatch: settings.largestBatch)
            else { continue }
            life.certificateSteps[certificate] = view.step
            life.noteFirst(certificate, step: view.step)
        }
    }

    /// Notes certificate D6 (i) for the nodes whose largest pre-activation on the training data, in evaluation mode, is ≤ 0. It does not
    /// make a node dead: in training mode batch normalisation may lift it, and the next step may move it.
    /// - Precondition: as many maxima as the layer has nodes.
    public func recordEvaluation(layer index: Int, largestPreactivations: [Scalar], step: Int) {
        precondition(largestPreactivations.count == lives[index].count, "one maximum a node")
        for (node, largest) in largestPreactivations.enumerated() where largest <= 0 {
            lives[index][node].noteFirst(.data, step: step)
        }
    }

    /// What a node is now.
    public func state(layer index: Int, node: Int) -> NodeState { lives[index][node].state }

    /// How many nodes of all hidden layers are in each state now.
    public func census() -> [NodeState: Int] {
        var count: [NodeState: Int] = [:]
        for index in lives.indices {
            for node in lives[index].indices { count[state(layer: index, node: node), default: 0] += 1 }
        }
        return count
    }

    /// How many nodes of all hidden layers have a certificate of death now, zero nodes among them.
    public func certifiedCount() -> Int { lives.reduce(0) { $0 + $1.count { !$0.certificateSteps.isEmpty } } }

    /// How many nodes are under each threshold now, in the settings' order.
    public func countsBelowThresholds() -> [Int] {
        settings.thresholds.indices.map { threshold in
            lives.reduce(0) { $0 + $1.count { $0.crossings[threshold].isBelow } }
        }
    }
}

extension DeathLedger: ResumableProbe {
    /// What the ledger knows beside the captured states.
    private struct Memory: Codable {
        let lives: [[NodeLife]]
        let lastStep: Int
        let epochStart: Int
    }

    private static var memoryName: String { "ledger" }

    public func memory() throws -> [(name: String, tensor: TensorRecord)] {
        let memory = Memory(lives: lives, lastStep: lastStep, epochStart: epochStart)
        return [(Self.memoryName, try TensorRecord(encoding: memory))] + deathStates.flatMap { $0.records() }
    }

    public func resume(_ view: StepView<Scalar>, memory file: SafetensorsFile) throws {
        try start(view)
        let memory = try file.tensor(named: Self.memoryName).decoded(as: Memory.self)
        guard memory.lives.map(\.count) == lives.map(\.count) else {
            throw RecordsError(
                .mismatch, at: .key(Self.memoryName), "hidden layers of \(memory.lives.map(\.count)) nodes", accepted: "\(lives.map(\.count))")
        }
        (lives, lastStep, epochStart) = (memory.lives, memory.lastStep, memory.epochStart)
        planMarks(view)
        for states in deathStates { try states.restore(file) }
    }
}
