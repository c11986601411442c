// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Theory

/// `deaths.safetensors`, checked.
struct DeathFile {
    let content: SafetensorsFile
    let file: String
    let rule: DeadWeightRule
    let totalSteps: Int

    /// The records of a layer's nodes.
    func records(of layer: String, units: Int, isFrozen: Bool, start: PlantedSteps) throws -> [NodeRecord] {
        let (nodes, steps) = (try integers("\(layer).nodes", below: units), try integers("\(layer).steps", below: totalSteps + 1))
        guard nodes.count == steps.count else {
            throw damaged("\(layer).steps", "has \(steps.count) entries", "\(nodes.count), as '\(layer).nodes' has")
        }
        guard Set(nodes).count == nodes.count else { throw damaged("\(layer).nodes", "names a node twice", "each node once") }
        let weights = try rows("\(layer).incoming", count: nodes.count, width: nil)
        let width = weights.first?.count ?? 0
        func state(_ name: String?) throws -> [[Double]] {
            try name.map { try rows("\(layer).incoming.\($0)", count: nodes.count, width: width) } ?? nodes.map { _ in [] }
        }
        let names = rule.stateNames
        let (first, second, auxiliary) = (try state(names.firstMoment), try state(names.secondMoment), try state(names.auxiliary))
        if let name = names.secondMoment, second.contains(where: { $0.contains { $0 < 0 } }) {
            throw damaged("\(layer).incoming.\(name)", "has a negative number", "numbers ≥ 0")
        }
        return nodes.indices.map { index in
            NodeRecord(
                layer: layer, node: nodes[index], lastStep: steps[index],
                state: DeadNode(
                    weights: weights[index], firstMoments: first[index], secondMoments: second[index], auxiliaries: auxiliary[index],
                    momentumProduct: start.momentumProduct(rule, layer: layer, steps: steps[index]),
                    step: start.steps(layer: layer) + steps[index]),
                isFrozen: isFrozen)
        }
    }

    private func integers(_ name: String, below limit: Int) throws -> [Int] {
        guard let record = content[name] else { throw damaged(name, "is missing", content.names.joined(separator: ", ")) }
        guard !record.elementType.isFloatingPoint, record.shape.count == 1 else {
            throw damaged(name, "has type \(record.elementType.rawValue) and shape \(record.shape)", "integers of one dimension")
        }
        let values = try record.integers()
        if let value = values.first(where: { !(0..<limit).contains($0) }) {
            throw damaged(name, "holds \(value)", limit > 0 ? "0 to \(limit - 1)" : "nothing")
        }
        return values
    }

    private func rows(_ name: String, count: Int, width: Int?) throws -> [[Double]] {
        guard let record = content[name] else { throw damaged(name, "is missing", content.names.joined(separator: ", ")) }
        guard record.shape.count == 2, record.shape[0] == count, width == nil || count == 0 || record.shape[1] == width else {
            throw damaged(name, "has shape \(record.shape)", "[\(count), \(width.map { "\($0)" } ?? "inputs")]")
        }
        guard record.elementType == .float32 || record.elementType == .float64 else {
            throw damaged(name, "has elements of type \(record.elementType.rawValue)", "float32 or float64")
        }
        let values = try record.values(as: Double.self)
        return (0..<count).map { Array(values[$0 * record.shape[1]..<($0 + 1) * record.shape[1]]) }
    }

    private func damaged(_ key: String, _ problem: String, _ accepted: String) -> DeathRecordsError {
        .damaged(file: file, key: key, problem: problem, accepted: accepted)
    }
}
