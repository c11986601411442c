// SPDX-License-Identifier: GPL-3.0-or-later
import Certificates
import Foundation
import Networks
import Records
import Reduction

/// What a reduction removed and changed, for people and programs.
public struct ReductionReport: Sendable {
    /// The nodes of one hidden layer.
    public struct Layer: Sendable {
        /// Index of the dense layer in the source's file.
        public let index: Int
        public let before: Int
        /// Nodes removed, by reason, in the reasons' order; none left out.
        public let removed: [(reason: RemovalReason, count: Int)]
        /// Nodes removed for a certificate, by each certificate that they meet.
        public let certificates: [(certificate: DeathCertificate, count: Int)]

        public var after: Int { before - removed.map(\.count).reduce(0, +) }
    }

    /// Of the reduced model, and of the arithmetic.
    public let precision: Precision
    /// Types of the source's numbers, where they are others.
    public let converted: [ElementType]
    public let threshold: Double
    public let certifies: Bool
    /// Its bytes are those of the source's file.
    public let before: NetworkSize
    public let after: NetworkSize
    public let layers: [Layer]
    /// Every node removed, with the index of its layer in the source's file.
    public let removed: [RemovedNode]
    public let inputCount: Int
    public let unreadInputs: Int
    public let droppedInputs: Int
    /// Whether bounds of the inputs are known; if not, what is proven holds for any inputs.
    public let hasBox: Bool
    /// Proven: the most that any output changes on the input box, in exact arithmetic with the numbers as they are; infinite without a bound.
    public let provenChange: Double
    /// Proven: the most that the two networks' own rounding adds to that on the input box; infinite without a bound.
    public let provenRounding: Double
    /// Measured on the data.
    public let comparisons: [OutputComparison]
    private let fileIndex: @Sendable (Int) -> Int

    init<Scalar: NetworkScalar>(
        _ reduction: NetworkReduction<Scalar>, precision: Precision, model: SafetensorsFile, comparisons: [OutputComparison],
        fileIndex: @escaping @Sendable (Int) -> Int
    ) {
        self.precision = precision
        self.comparisons = comparisons
        self.fileIndex = fileIndex
        threshold = reduction.options.threshold
        certifies = reduction.options.certifies
        var size = reduction.before
        size.bytes = model.tensors.map(\.tensor.data.count).reduce(0, +)
        (before, after, removed) = (size, reduction.after, reduction.removed)
        let types = Set(model.tensors.map(\.tensor.elementType))
        converted = ElementType.allCases.filter { $0.isFloatingPoint && $0.rawValue != precision.rawValue && types.contains($0) }
        layers = reduction.layerSizes.map { layer, nodes in
            let gone = reduction.removed.filter { $0.layer == layer }
            return Layer(
                index: fileIndex(layer), before: nodes,
                removed: RemovalReason.allCases.map { reason in (reason, gone.count { $0.reason == reason }) },
                certificates: DeathCertificate.allCases.map { proof in (proof, gone.count { $0.certificates.contains(proof) }) })
        }
        inputCount = reduction.inputCount
        unreadInputs = reduction.unreadInputs.count
        droppedInputs = reduction.inputCount - reduction.keptInputs.count
        hasBox = reduction.options.box != nil
        provenChange = reduction.outputChange.max() ?? 0
        provenRounding = reduction.rounding.max() ?? 0
    }

    private static func json(_ size: NetworkSize) -> JSONValue {
        ["parameters": .integer(size.parameters), "multiplyAdds": .integer(size.multiplyAdds), "bytes": .integer(size.bytes)]
    }

    /// Infinite bounds are `null`: nothing is proved.
    private static func bound(_ value: Double) -> JSONValue { value.isFinite ? .number(value) : .null }

    public var json: JSONValue {
        [
            "precision": .string(precision.rawValue), "converted": .array(converted.map { .string($0.rawValue) }),
            "threshold": .number(threshold), "certified": .bool(certifies),
            "before": Self.json(before), "after": Self.json(after), "layers": .array(layers.map(Self.json)),
            "inputs": ["count": .integer(inputCount), "unread": .integer(unreadInputs), "dropped": .integer(droppedInputs)],
            "provenChange": Self.bound(provenChange), "provenRounding": Self.bound(provenRounding),
            "data": .array(comparisons.map(Self.json)),
            "removed": .array(removed.map(json)),
        ]
    }

    private static func json(_ layer: Layer) -> JSONValue {
        var object: JSONObject = ["layer": .integer(layer.index), "before": .integer(layer.before), "after": .integer(layer.after)]
        for (reason, count) in layer.removed { object[reason.rawValue] = .integer(count) }
        let proofs = layer.certificates.filter { $0.count > 0 }
        object["certificates"] = .object(JSONObject(proofs.map { ($0.certificate.rawValue, .integer($0.count)) }))
        return .object(object)
    }

    private static func json(_ comparison: OutputComparison) -> JSONValue {
        var object: JSONObject = [
            "part": .string(comparison.part), "samples": .integer(comparison.samples), "largestChange": .number(comparison.largestChange),
            "largestOutput": .number(comparison.largestOutput), "changedPredictions": .integer(comparison.changedPredictions),
        ]
        if let errors = comparison.errors {
            object["errorBefore"] = .number(errors.first)
            object["errorAfter"] = .number(errors.second)
        }
        return .object(object)
    }

    private func json(_ node: RemovedNode) -> JSONValue {
        var object: JSONObject = [
            "layer": .integer(fileIndex(node.layer)), "node": .integer(node.node), "reason": .string(node.reason.rawValue),
            "norm": .number(node.norm), "constant": .number(node.constant),
        ]
        if !node.certificates.isEmpty { object["certificates"] = .array(node.certificates.map { .string($0.rawValue) }) }
        return .object(object)
    }

    public var text: String {
        var lines: [String] = []
        func size(_ name: String, _ value: KeyPath<NetworkSize, Int>) {
            let (old, new) = (before[keyPath: value], after[keyPath: value])
            lines.append(String(format: "%@: %d -> %d, %.1f %% of before", name, old, new, 100 * Double(new) / Double(max(1, old))))
        }
        for layer in layers {
            var why = layer.removed.filter { $0.count > 0 }.map { "\($0.count) \($0.reason.rawValue)" }.joined(separator: ", ")
            let proofs = layer.certificates.filter { $0.count > 0 }.map { "\($0.count) by \($0.certificate.rawValue)" }
            if !proofs.isEmpty { why += " (\(proofs.joined(separator: ", ")))" }
            lines.append("layer \(layer.index): \(layer.before) nodes -> \(layer.after)" + (why.isEmpty ? "" : "; removed: \(why)"))
        }
        let dropped = droppedInputs > 0 ? ", \(droppedInputs) were dropped" : ""
        lines.append("inputs: \(inputCount), of which \(unreadInputs + droppedInputs) are read by no node\(dropped)")
        size("parameters", \.parameters)
        size("multiply-adds a sample", \.multiplyAdds)
        size("bytes", \.bytes)
        if !converted.isEmpty {
            lines.append("\(converted.map(\.rawValue).joined(separator: ", ")) in the source, \(precision.rawValue) in the reduced model")
        }
        let change =
            provenChange.isFinite
            ? String(format: "outputs change by at most %.3g, rounding apart", provenChange) : "no bound of what outputs change"
        let rounding = provenRounding.isFinite ? String(format: "rounding adds at most %.3g", provenRounding) : "no bound of rounding"
        lines.append("proven \(hasBox ? "on the input box" : "for any inputs"): \(change); \(rounding)")
        for comparison in comparisons {
            var line = String(
                format: "%@ data, %d samples: largest change of an output %.3g (outputs up to %.3g), %d predictions changed", comparison.part,
                comparison.samples, comparison.largestChange, comparison.largestOutput, comparison.changedPredictions)
            if let errors = comparison.errors { line += String(format: ", error %.2f %% -> %.2f %%", 100 * errors.first, 100 * errors.second) }
            lines.append(line)
        }
        return lines.joined(separator: "\n")
    }
}
