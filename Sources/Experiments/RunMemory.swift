// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks

/// What a run will hold in memory, estimated before anything of it is allocated, so that a size that cannot be had is refused by name.
///
/// Counted are the tensors that grow with the network and the batch; files' buffers and the data are not. In `Double`, which no product of
/// sizes overflows.
struct RunMemory {
    let network: [LayerSpecification]
    let inputCount: Int
    /// Samples that a pass can hold.
    let capacity: Int
    /// Bytes of a number.
    let scalarSize: Int
    /// State tensors that the optimiser keeps for each parameter.
    let stateCount: Int
    /// Whether gradients and deaths of hidden layers are kept for the probes.
    let isProbed: Bool
    /// Whether a smaller network, without the dead nodes, may stand beside the whole one.
    var isCompacted = false

    /// Bytes that depend on the network alone: parameters, gradients, moments, and what the probes keep of them.
    var parameterBytes: Double {
        var (width, numbers) = (Double(inputCount), 0.0)
        let copies = Double(2 + stateCount) + (isProbed ? Double(2 + 1 + stateCount) : 0) + (isCompacted ? 2 : 0)
        for layer in network {
            switch layer {
            case .dense(let units, _):
                numbers += copies * (width + 1) * Double(units)
                width = Double(units)
            case .batchNorm: numbers += copies * 4 * width
            case .activation: continue
            }
        }
        return numbers * Double(scalarSize)
    }

    /// Bytes that each sample of the capacity takes: inputs, and every layer's outputs and their gradients.
    var bytesPerSample: Double {
        var (width, numbers) = (Double(inputCount), Double(inputCount))
        for layer in network {
            if case .dense(let units, _) = layer { width = Double(units) }
            numbers += (isCompacted ? 4 : 2) * width
        }
        return numbers * Double(scalarSize)
    }

    var bytes: Double { parameterBytes + Double(capacity) * bytesPerSample }

    /// Throws ``RunError/tooLarge(key:found:bytes:limit:accepted:)`` if the run needs more than `limit` bytes: naming `batch` if the
    /// network would do with a capacity of `smallestCapacity`, else the dense layer that takes most.
    func require(limit: Double, smallestCapacity: Int) throws(RunError) {
        guard bytes > limit else { return }
        let smallest = with(capacity: min(capacity, smallestCapacity))
        if smallest.bytes <= limit {
            let most = Int((limit - parameterBytes) / bytesPerSample)
            throw .tooLarge(key: "batch", found: "\(capacity) samples", bytes: bytes, limit: limit, accepted: "a batch of up to \(most)")
        }
        let dense = network.indices.filter { network[$0].isDense }
        guard let index = dense.min(by: { smallest.with(units: 1, at: $0).bytes < smallest.with(units: 1, at: $1).bytes }),
            case .dense(let units, _) = network[index]
        else { return }
        let (one, two) = (smallest.with(units: 1, at: index).bytes, smallest.with(units: 2, at: index).bytes)
        let accepted = one <= limit ? "up to \(Int((limit - one) / (two - one)) + 1) units there" : "fewer units in every layer"
        throw .tooLarge(key: "network.\(index)", found: "\(units) units", bytes: smallest.bytes, limit: limit, accepted: accepted)
    }

    private func with(capacity: Int) -> RunMemory {
        RunMemory(
            network: network, inputCount: inputCount, capacity: capacity, scalarSize: scalarSize, stateCount: stateCount, isProbed: isProbed,
            isCompacted: isCompacted)
    }

    private func with(units: Int, at index: Int) -> RunMemory {
        var changed = network
        if case .dense(_, let bias) = changed[index] { changed[index] = .dense(units: units, bias: bias) }
        return RunMemory(
            network: changed, inputCount: inputCount, capacity: capacity, scalarSize: scalarSize, stateCount: stateCount, isProbed: isProbed,
            isCompacted: isCompacted)
    }

    /// Throws ``RunError/tooLarge(key:found:bytes:limit:accepted:)`` if data that are made rather than read need more than `limit` bytes.
    static func require(_ source: DataSource, limit: Double) throws(RunError) {
        let (name, samples, width): (String, Double, Double)
        switch source {
        case .teacher(let teacher):
            (name, samples) = ("teacher", Double(teacher.samples) + Double(teacher.testSamples) + Double(teacher.hidden))
            width = Double(teacher.inputs) + Double(teacher.hidden) + Double(teacher.outputs)
        case .planted(let planted): (name, samples, width) = ("planted", Double(planted.samples), Double(planted.features) + 1)
        case .digits, .mnist, .fashionMNIST, .cifar10, .idx, .npy: return
        }
        let bytes = 8 * samples * width
        guard bytes > limit else { return }
        throw .tooLarge(
            key: "data.\(name)", found: "\(Int(samples)) rows of \(Int(width)) numbers", bytes: bytes, limit: limit,
            accepted: "fewer samples, or narrower ones")
    }

    /// All of the machine's memory: more than a run can get, so that only what is hopeless is refused.
    static var limit: Double { Double(ProcessInfo.processInfo.physicalMemory) }
}
