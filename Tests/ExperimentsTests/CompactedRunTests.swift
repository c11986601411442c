// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Records
import Testing

@testable import Experiments

@Suite("Runs with compaction")
struct CompactedRunTests {
    private let folder: RunFolder

    init() throws { folder = try RunFolder() }

    /// 64-40-10 on digits, half of the nodes dead from the start: β = −9 under batches of 50.
    private func configuration(steps: Int = 60, compaction: Bool = true) throws -> RunConfiguration {
        let network = try Network<Float>([.dense(units: 40), .batchNorm(), .activation(.relu()), .dense(units: 10)], inputCount: 64, capacity: 2)
        network.initialize(.heNormal, seed: 3)
        for node in 0..<20 { network.hiddenLayers[0].batchNorm!.shift.value.mutableElements[2 * node] = -9 }
        try ModelFiles.model(of: network).write(to: folder["start.safetensors"])
        return try .parse(
            yaml: """
                seed: 3
                data: digits
                network: [{dense: 40}, batchNorm, relu, {dense: 10}]
                precision: float32
                initial: start.safetensors
                optimizer: adam
                l2: 0.01
                batch: 50
                steps: \(steps)
                probe: {every: 7}
                compaction: \(compaction)
                """, name: "run.yaml", folder: folder.url)
    }

    @Test("The summary tells what was left out, and the results are those of the whole network to rounding")
    func summary() throws {
        let whole = try folder.run(try configuration(compaction: false), as: "whole")
        let compacted = try folder.run(try configuration(), as: "compacted")
        let (a, b) = (try JSONValue.read(whole.summary), try JSONValue.read(compacted.summary))
        #expect(a["compaction"] == nil)
        #expect(b["compaction"]?["skipped"] == 20)
        #expect(b["compaction"]?["releases"] == 0)
        // From the first step on, half of all products.
        #expect(b["compaction"]?["savedShare"]?.double == 0.5)
        for key in ["trainingLoss", "testLoss"] {
            let (x, y) = (try #require(a[key]?.double), try #require(b[key]?.double))
            #expect(abs(x - y) <= 1e-3 * x, "\(key): \(x) and \(y)")
        }
        #expect(a["nodes"] == b["nodes"])
    }

    @Test("Interrupted and resumed, a compacted run ends with the bits of one that was not")
    func resumed() throws {
        let whole = try folder.run(try configuration(), as: "whole")
        let parts = RunDirectory(folder["parts"])
        for steps in [13, 30] {
            let allowance = StepAllowance(steps)
            try Run.resume(
                try configuration(), in: parts.url, checkpointEvery: 1000, observer: RunObserver(isCancelled: { allowance.isSpent() }))
        }
        #expect(try Run.resume(try configuration(), in: parts.url).status == .completed)
        for file in [\RunDirectory.model, \.optimizer, \.nodes] {
            #expect(try Data(contentsOf: parts[keyPath: file]) == Data(contentsOf: whole[keyPath: file]))
        }
    }
}
