// SPDX-License-Identifier: GPL-3.0-or-later
import CKernels
import Networks
import Probes

/// The memory of one block of members, one a lane, planned once: state, hyper-parameters and measurements as structures of arrays.
final class EnsembleFields<Scalar: TrainingScalar> {
    /// Members of a block.
    static var lanes: Int { adamprobe_ensemble_row / MemoryLayout<Scalar>.stride }
    /// Steps whose coefficients fit.
    static var rows: Int { 256 }

    private let samples: EnsembleSamples<Scalar>
    private let layers: UnsafeMutablePointer<adamprobe_ensemble_layer>
    private let memory: UnsafeMutableRawPointer
    private var block = adamprobe_ensemble()
    // Rows of lanes; see adamprobe_ensemble for each.
    let value: UnsafeMutablePointer<Scalar>
    let first: UnsafeMutablePointer<Scalar>
    let second: UnsafeMutablePointer<Scalar>
    let rate: UnsafeMutablePointer<Scalar>
    let correction: UnsafeMutablePointer<Scalar>
    private let l2: UnsafeMutablePointer<Scalar>
    private let lerp: UnsafeMutablePointer<Scalar>
    private let decay2: UnsafeMutablePointer<Scalar>
    private let gain2: UnsafeMutablePointer<Scalar>
    private let epsilon: UnsafeMutablePointer<Scalar>

    /// All lanes idle: zeros, and ε = 1, so that an empty lane costs no exceptional arithmetic.
    init(_ network: EnsembleNetwork, samples: EnsembleSamples<Scalar>, isInsideRoot: Bool) {
        self.samples = samples
        layers = .allocate(capacity: network.layers.count)
        _ = UnsafeMutableBufferPointer(start: layers, count: network.layers.count).initialize(from: network.layers)
        let (parameters, hidden, row) = (network.parameterCount, network.hiddenCount, adamprobe_ensemble_row)
        let nodes = (hidden + network.outputCount) * adamprobe_ensemble_tile
        let scalarRows = [parameters, parameters, parameters, parameters, nodes, 2, 1, 1, 1, 1, Self.rows, Self.rows]
        let flagRows = [2, hidden, hidden]
        // The losses are doubles, in rows of their own.
        let lossRows = MemoryLayout<Double>.stride / MemoryLayout<Scalar>.stride
        let bytes = ((scalarRows + flagRows).reduce(0, +) + lossRows) * row
        memory = .allocate(byteCount: bytes, alignment: row)
        memory.initializeMemory(as: UInt8.self, repeating: 0, count: bytes)
        var next = memory
        func take(_ rows: Int) -> UnsafeMutableRawPointer {
            defer { next += rows * row }
            return next
        }
        let fields = scalarRows.map { take($0).bindMemory(to: Scalar.self, capacity: $0 * Self.lanes) }
        (value, first, second, rate, correction) = (fields[0], fields[2], fields[3], fields[10], fields[11])
        (l2, lerp, decay2, gain2, epsilon) = (fields[5], fields[6], fields[7], fields[8], fields[9])
        let flags = flagRows.map { take($0) }
        block = adamprobe_ensemble(
            layer: layers, layers: network.layers.count, samples: samples.count, hidden: hidden, inputs: samples.inputs,
            targets: samples.targets, value: value, gradient: fields[1], first: first, second: second, nodes: fields[4], l2: l2,
            penalized: flags[0], lerp: lerp, decay2: decay2, gain2: gain2, epsilon: epsilon, rate: rate, correction: correction,
            corrects: 0, inside_root: isInsideRoot ? 1 : 0, step: 0, last_gradient: flags[1], active: flags[2],
            loss: take(lossRows).bindMemory(to: Double.self, capacity: Self.lanes))
        for lane in 0..<Self.lanes { epsilon[lane] = 1 }
    }

    deinit {
        memory.deallocate()
        layers.deallocate()
    }

    /// Sets a lane's hyper-parameters, rounded once to this precision.
    func load(_ member: EnsembleMember, lane: Int) {
        let optimizer = member.optimizer
        // PyTorch's lerp: a weight under ½ starts from the moment, otherwise −(1 − weight) from the gradient.
        let firstWeight = Scalar(1 - optimizer.beta1)
        lerp[lane] = firstWeight < 0.5 ? firstWeight : firstWeight - 1
        decay2[lane] = Scalar(optimizer.beta2)
        gain2[lane] = Scalar(1 - optimizer.beta2)
        epsilon[lane] = Scalar(optimizer.epsilon)
        for (group, coefficient) in [member.l2.weights, member.l2.biases].enumerated() {
            l2[group * Self.lanes + lane] = Scalar(coefficient)
            setFlag(UnsafeMutableRawPointer(mutating: block.penalized), group, lane, to: coefficient != 0 ? -1 : 0)
        }
    }

    /// Makes `steps` steps, whose coefficients stand in the first rows of ``rate`` and ``correction``; with no steps, a pass at the parameters as
    /// they are. `counts` leaves active samples and the loss of the last pass.
    func advance(steps: Int, corrects: Bool, counts: Bool) {
        block.corrects = corrects ? 1 : 0
        if Scalar.self == Float.self {
            adamprobe_advance_ensemble_f32(&block, steps, counts ? 1 : 0)
        } else {
            precondition(Scalar.self == Double.self, "ensembles train in float32 or float64")
            adamprobe_advance_ensemble_f64(&block, steps, counts ? 1 : 0)
        }
    }

    /// Mean squared error of the last pass that counted.
    func loss(lane: Int) -> Double { block.loss[lane] / Double(samples.count * Int(layers[block.layers - 1].units)) }

    /// Samples of that pass with φ′(z) ≠ 0, of a hidden node.
    func activeSamples(_ node: Int, lane: Int) -> Int { flag(block.active, node, lane) }

    /// The last step, from 1, in which a hidden node had a data gradient; 0 for none.
    func lastGradientStep(_ node: Int, lane: Int) -> Int { flag(block.last_gradient, node, lane) }

    /// Entry `lane` of rows `range`, one after the other.
    func column(_ rows: UnsafeMutablePointer<Scalar>, _ range: Range<Int>, lane: Int) -> [Scalar] { range.map { rows[$0 * Self.lanes + lane] } }

    private func flag(_ flags: UnsafeMutableRawPointer, _ row: Int, _ lane: Int) -> Int {
        let place = row * Self.lanes + lane
        return Scalar.self == Float.self
            ? Int(flags.load(fromByteOffset: place * 4, as: Int32.self)) : Int(flags.load(fromByteOffset: place * 8, as: Int64.self))
    }

    private func setFlag(_ flags: UnsafeMutableRawPointer, _ row: Int, _ lane: Int, to value: Int) {
        let place = row * Self.lanes + lane
        if Scalar.self == Float.self {
            flags.storeBytes(of: Int32(value), toByteOffset: place * 4, as: Int32.self)
        } else {
            flags.storeBytes(of: Int64(value), toByteOffset: place * 8, as: Int64.self)
        }
    }
}
