// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments

/// A configuration in which nodes die behind batch normalisation (theory notes A4): a row of `plots/batchnorm-death/cells.csv`, on seeds of its
/// own.
struct BatchNormCell: Sendable, Equatable {
    let name: String
    let learningRate: Double
    let l2: Double
    let hidden: Int
    let batch: Int
    let normEpsilon: Double
    let steps: Int

    static let base = BatchNormCell(name: "base", learningRate: 0.004, l2: 0.002, hidden: 256, batch: 64, normEpsilon: 1e-5, steps: 20_000)
    static let weak = BatchNormCell(name: "weak", learningRate: 0.008, l2: 0.0005, hidden: 256, batch: 64, normEpsilon: 1e-5, steps: 10_000)
    static let narrow = BatchNormCell(name: "narrow", learningRate: 0.004, l2: 0.002, hidden: 128, batch: 32, normEpsilon: 1e-5, steps: 20_000)
    static let largeEpsilon = BatchNormCell(
        name: "largeEpsilon", learningRate: 0.004, l2: 0.002, hidden: 256, batch: 64, normEpsilon: 1e-3, steps: 20_000)
    static let noL2 = BatchNormCell(name: "noL2", learningRate: 0.004, l2: 0, hidden: 256, batch: 64, normEpsilon: 1e-5, steps: 20_000)

    static let all = [base, weak, narrow, largeEpsilon, noL2]
    /// Cells on which quiet lengths and portraits are compared.
    static let laws = [base, weak, narrow]

    static let seeds = 3
    /// The predictions were committed before these seeds were run; those of `plots/batchnorm-death` are 101 to 125.
    static let firstSeed: UInt64 = 201

    func configuration(seed: UInt64) throws -> RunConfiguration {
        try RunConfiguration.parse(
            yaml: """
                seed: \(seed)
                precision: float64
                data: {source: digits}
                network: [{dense: \(hidden)}, {batchNorm: {epsilon: \(normEpsilon)}}, relu, {dense: 10}]
                initial: heNormal
                optimizer: {adam: {learningRate: \(learningRate), beta1: 0.9, beta2: 0.999, epsilon: 1e-8}}
                l2: \(l2)
                batch: \(batch)
                steps: \(steps)
                probe: {every: 200}
                """, name: name)
    }

    /// Cells × seeds.
    static func runs(_ trial: Trial) throws -> [(cell: BatchNormCell, configuration: RunConfiguration)] {
        let count = trial.runSeeds ?? (trial.extent == .full ? seeds : 1)
        return try all.flatMap { cell in
            try (0..<UInt64(count)).map { (cell, try cell.configuration(seed: firstSeed + $0)) }
        }
    }
}
