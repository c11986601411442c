// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe
import Foundation

/// One row of `cells.csv`: what a cell changes in the base configuration.
struct Cell {
    let name: String
    let seeds: ClosedRange<Int>
    let learningRate: Double
    let l2: Double
    let hidden: Int
    let batch: Int
    let normEpsilon: Double
    let frozen: String
    let steps: Int

    /// Reads the table; a field that can't be read is a precondition failure, since the table is committed.
    static func read(_ url: URL) throws -> [Cell] {
        let lines = try String(contentsOf: url, encoding: .utf8).split(separator: "\n").dropFirst()
        return lines.map { line in
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            let seeds = fields[1].split(separator: "-").map { Int($0)! }
            return Cell(
                name: fields[0], seeds: seeds[0]...seeds[1], learningRate: Double(fields[2])!, l2: Double(fields[3])!, hidden: Int(fields[4])!,
                batch: Int(fields[5])!, normEpsilon: Double(fields[6])!, frozen: fields[7], steps: Int(fields[8])!)
        }
    }

    func configuration(base: URL, seed: Int) throws -> RunConfiguration {
        var overrides = [
            "seed=\(seed)", "optimizer.adam.learningRate=\(learningRate)", "l2=\(l2)", "batch=\(batch)", "steps=\(steps)",
            "network=[{dense: \(hidden)}, {batchNorm: {epsilon: \(normEpsilon)}}, relu, {dense: 10}]",
        ]
        if !frozen.isEmpty { overrides.append("freeze=[\(frozen)]") }
        return try RunConfiguration.load(url: base, overrides: overrides)
    }
}
