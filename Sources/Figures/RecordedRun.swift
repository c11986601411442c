// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// A run directory as figures see it: each part read when a figure asks for it, so that what is missing costs only the figures that need it.
struct RecordedRun: Sendable {
    let folder: URL
    /// Steps of an epoch, from metrics.csv; nil where no epoch was finished.
    let stepsPerEpoch: Double?

    /// - Throws: `FigureError.notARun` for a folder that holds neither a ledger nor a probe.
    init(folder: URL) throws {
        let present = ["nodes.csv", "probe"].contains { FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
        guard present else { throw FigureError.notARun(folder) }
        self.folder = folder
        stepsPerEpoch = Self.stepsPerEpoch(folder.appendingPathComponent("metrics.csv"))
    }

    /// The steps at which samples were taken, ascending; 0 is before training.
    func steps() throws -> [Int] {
        let file = try existing("probe/steps.npy")
        let steps = try NPY.read(file).integers()
        guard zip(steps, steps.dropFirst()).allSatisfy({ $0 < $1 }), (steps.first ?? 0) >= 0 else {
            throw FigureError.unusableInput(file, "the steps don't ascend; accepted: steps from 0 on, each greater than the one before")
        }
        return steps
    }

    /// Scores and node counts by epoch.
    func metrics() throws -> CSVTable { try CSVTable.read(try existing("metrics.csv")) }

    /// A quantity of every node of a layer, as far as it was recorded: an interrupted run may hold fewer samples of one than of another.
    func samples(layer: String, quantity: String) throws -> NodeSamples {
        let file = try existing("probe/\(layer).\(quantity).npy")
        let tensor = try NPY.read(file)
        guard tensor.shape.count == 2 else {
            throw FigureError.unusableInput(file, "shape \(tensor.shape); accepted: [samples, nodes]")
        }
        let values: [Double] = tensor.elementType == .int8 ? try tensor.integers().map(Double.init) : try tensor.values(as: Double.self)
        return NodeSamples(sampleCount: tensor.shape[0], nodeCount: tensor.shape[1], values: values)
    }

    /// What became of every node: from the ledger, or, in an interrupted run without one, from the states in the probe.
    /// - Throws: `FigureError.nothingToShow` for a network without hidden nodes, a run without probes, and one stopped before its first samples.
    func histories() throws -> [NodeHistory] {
        let ledger = folder.appendingPathComponent("nodes.csv")
        let isThere = { FileManager.default.fileExists(atPath: folder.appendingPathComponent($0).path) }
        guard isThere("nodes.csv") || isThere("probe/steps.npy") else {
            throw FigureError.nothingToShow("the run recorded no nodes: it has neither nodes.csv nor probe/steps.npy, as with `probe: none`")
        }
        let histories =
            FileManager.default.fileExists(atPath: ledger.path) ? try Ledger(ledger).histories : try NodeHistory.fromStates(of: self)
        guard !histories.isEmpty else { throw FigureError.nothingToShow("the network has no hidden nodes") }
        return histories
    }

    /// The thresholds ξ whose passages the ledger holds, ascending; none without a ledger.
    func thresholds() throws -> [NodeHistory.Threshold] {
        let ledger = folder.appendingPathComponent("nodes.csv")
        return FileManager.default.fileExists(atPath: ledger.path) ? try Ledger(ledger).thresholds : []
    }

    /// The layers of some nodes, in the order of the network.
    func layers(of histories: [NodeHistory]) -> [String] { Self.inOrder(Set(histories.map(\.layer))) }

    /// The layers for which the probe holds a quantity, in the order of the network.
    func layers(with quantity: String) throws -> [String] {
        let probe = try existing("probe")
        let ending = ".\(quantity).npy"
        return Self.inOrder(
            Set(
                try FileManager.default.contentsOfDirectory(atPath: probe.path).filter { $0.hasSuffix(ending) }
                    .map { String($0.dropLast(ending.count)) }))
    }

    private static func inOrder(_ layers: Set<String>) -> [String] {
        layers.sorted { (Int($0) ?? .max, $0) < (Int($1) ?? .max, $1) }
    }

    private func existing(_ path: String) throws -> URL {
        let file = folder.appendingPathComponent(path)
        guard FileManager.default.fileExists(atPath: file.path) else { throw FigureError.missingInput(file) }
        return file
    }

    /// Only a scale along the top hangs on this, so an unreadable file counts as none here; the figure of its columns reports it.
    private static func stepsPerEpoch(_ metrics: URL) -> Double? {
        guard let table = try? CSVTable.read(metrics), let steps = try? table.numbers("step"), let epochs = try? table.numbers("epoch"),
            let last = Array(zip(steps, epochs)).last(where: { $0.0 > 0 && $0.1 >= 1 })
        else { return nil }
        return last.0 / last.1
    }

    /// The stability edge η* = 2(1+β₁)/(1−β₁) of the effective decay, if the manifest says that the optimiser is Adam; else, and without a
    /// manifest, nil.
    /// - Throws: `RecordsError` for a manifest that can't be read.
    func stabilityEdge() throws -> Double? {
        guard let adam = try configuration()?["optimizer"]?["adam"] else { return nil }
        let momentum = adam["beta1"]?.double ?? 0.9
        return (0..<1).contains(momentum) ? 2 * (1 + momentum) / (1 - momentum) : nil
    }

    /// λ/ε: what the limit αλ/ε of the effective decay is for each unit of the learning rate; nil unless the manifest says Adam, ε > 0 outside the
    /// root, and coupled L2 on the weights.
    /// - Throws: `RecordsError` for a manifest that can't be read.
    func effectiveDecayLimitPerLearningRate() throws -> Double? {
        guard let configuration = try configuration(), let adam = configuration["optimizer"]?["adam"], let epsilon = adam["epsilon"]?.double,
            let l2 = configuration["l2"]?["weights"]?.double, epsilon > 0, l2 > 0, adam["epsilonPlacement"]?.string ?? "outsideRoot" == "outsideRoot"
        else { return nil }
        return l2 / epsilon
    }

    /// The configuration that the manifest holds; nil without a manifest.
    private func configuration() throws -> JSONValue? {
        let manifest = folder.appendingPathComponent("manifest.json")
        guard FileManager.default.fileExists(atPath: manifest.path) else { return nil }
        return try JSONValue.read(manifest)["configuration"]
    }
}
