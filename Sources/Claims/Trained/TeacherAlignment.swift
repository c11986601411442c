// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Records

/// Where the surviving nodes of a student with one hidden layer point, beside the nodes of its teacher.
///
/// A node's direction is that of its incoming weights and bias, (w, b), and the teacher's likewise, so that a bias which the teacher doesn't have
/// takes a node away from it. A survivor is a node with ‖w‖ ≥ ξ, the bias left out as in a node's norm.
struct TeacherAlignment: Sendable {
    struct Survivor: Sendable {
        let node: Int
        /// ‖w‖.
        let norm: Double
        /// a·‖w‖, a being its outgoing weight: the slope that it gives the output along w.
        let strength: Double
        /// With each of the teacher's nodes.
        let cosines: [Double]

        var largest: Double { cosines.max() ?? 0 }
        /// Index of the teacher's node that it is nearest to.
        var nearest: Int { cosines.indices.max { cosines[$0] < cosines[$1] } ?? 0 }
    }

    let teacher: Teacher
    /// Hidden nodes of the student, survivors or not.
    let nodes: Int
    let survivors: [Survivor]

    /// - Parameters:
    ///   - model: parameters `0.weight` [nodes, inputs], `0.bias` [nodes] if there is one, and `2.weight` [1, nodes].
    ///   - threshold: ξ.
    /// - Throws: `RecordsError` for a file without them; ``ClaimError/unavailable(_:)`` for other shapes.
    init(model: URL, teacher: Teacher, threshold: Double) throws {
        let file = try SafetensorsFile.read(model)
        let weights: [Double] = try file.tensor(named: "0.weight").values()
        let outgoing: [Double] = try file.tensor(named: "2.weight").values()
        let nodes = outgoing.count
        let biases = try file["0.bias"]?.values(as: Double.self) ?? Array(repeating: 0, count: nodes)
        let inputs = teacher.inputs
        guard weights.count == nodes * inputs, biases.count == nodes, teacher.outputWeights.count == teacher.biases.count else {
            throw ClaimError.unavailable("\(model.lastPathComponent) is no student of one output with \(inputs) inputs to each of \(nodes) nodes")
        }
        self.teacher = teacher
        self.nodes = nodes
        func row(_ index: Int, of weights: [Double]) -> ArraySlice<Double> { weights[index * inputs..<(index + 1) * inputs] }
        let directions = teacher.biases.indices.map { row($0, of: teacher.weights) + [teacher.biases[$0]] }
        survivors = (0..<nodes).compactMap { node in
            let incoming = row(node, of: weights)
            let norm = Self.dot(incoming, incoming).squareRoot()
            guard norm >= threshold else { return nil }
            let direction = incoming + [biases[node]]
            return Survivor(
                node: node, norm: norm, strength: outgoing[node] * norm, cosines: directions.map { Self.cosine(direction, $0) })
        }
    }

    /// Mean over survivors of the largest cosine with a teacher's node; 0 where none survives, since nothing is near then.
    var survivorNearness: Double {
        survivors.isEmpty ? 0 : survivors.reduce(0) { $0 + $1.largest } / Double(survivors.count)
    }

    /// Mean over the teacher's nodes of the largest cosine with a survivor; 0 where none survives.
    var teacherNearness: Double {
        let largest = teacher.biases.indices.map { index in survivors.map { $0.cosines[index] }.max() ?? 0 }
        return largest.reduce(0, +) / Double(largest.count)
    }

    /// How far the strengths are from the teacher's after soft thresholding: Σ_i|S_i − (A_i − λ·sign A_i)| / Σ_i|A_i|, S_i being the sum of the
    /// strengths of the survivors that are nearest to the teacher's node i, whose ‖w‖ is 1, and A_i its outgoing weight (0 instead of a change of sign).
    func strengthDeviation(l2: Double) -> Double {
        var sums = Array(repeating: 0.0, count: teacher.biases.count)
        for survivor in survivors { sums[survivor.nearest] += survivor.strength }
        let deviation = zip(sums, teacher.outputWeights).reduce(0) { total, pair in
            total + (pair.0 - (pair.1 < 0 ? -1 : 1) * max(pair.1.magnitude - l2, 0)).magnitude
        }
        return deviation / teacher.outputWeights.reduce(0) { $0 + $1.magnitude }
    }

    /// u·v/(‖u‖‖v‖).
    private static func cosine(_ u: ArraySlice<Double>, _ v: ArraySlice<Double>) -> Double { dot(u, v) / (dot(u, u) * dot(v, v)).squareRoot() }

    private static func dot(_ u: some Sequence<Double>, _ v: some Sequence<Double>) -> Double { zip(u, v).reduce(0) { $0 + $1.0 * $1.1 } }
}
