// SPDX-License-Identifier: GPL-3.0-or-later
import AdamProbe
import Foundation

/// Trains on the embedded digits for 50 steps, with the probe looking on, and prints what it counted: `SignChanges RUN-DIRECTORY`.
@main
enum Main {
    static func main() throws {
        let configuration = try RunConfiguration.parse(
            yaml: """
                seed: 7
                data: digits
                network: [{dense: 8}, relu, {dense: 10}]
                optimizer: {adam: {learningRate: 0.01}}
                l2: 0.001
                steps: 50
                """)
        let probe = SignChanges<Double>()
        try Run.perform(
            configuration, output: URL(fileURLWithPath: CommandLine.arguments[1]), probes: ExtraProbes(float64: [probe]))
        for (node, count) in probe.counts[0].enumerated() { print("node \(node): \(count) sign changes") }
    }
}
