// SPDX-License-Identifier: GPL-3.0-or-later

/// One quantity of every node of a layer over training: samples × nodes, row-major.
struct NodeSamples: Sendable, Equatable {
    /// Rows: the samples taken.
    let sampleCount: Int
    /// Columns: the layer's nodes.
    let nodeCount: Int
    private let values: [Double]

    /// Precondition: `values.count` = `sampleCount` · `nodeCount`.
    init(sampleCount: Int, nodeCount: Int, values: [Double]) {
        precondition(values.count == sampleCount * nodeCount, "a matrix of \(sampleCount) × \(nodeCount) has no \(values.count) values")
        self.sampleCount = sampleCount
        self.nodeCount = nodeCount
        self.values = values
    }

    /// The value of a node in a sample.
    subscript(sample: Int, node: Int) -> Double { values[sample * nodeCount + node] }

    /// A node's values, sample by sample, at the given samples.
    func series(node: Int, samples: [Int]) -> [Double] { samples.map { self[$0, node] } }
}
