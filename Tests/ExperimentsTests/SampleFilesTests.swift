// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Probes
import Records
import Testing

@testable import Experiments

/// Notes how many rows of each sample file can be read after every step, as a reader would find them who comes when the run is killed there.
private final class Reader: Probe {
    typealias Scalar = Double
    let folder: URL
    private(set) var rows: [[Int]] = []

    init(_ folder: URL) { self.folder = folder }

    func afterUpdate(_ view: StepView<Double>) throws {
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil).filter { $0.pathExtension == "npy" }
        rows.append(try files.map { try NPY.read($0).shape[0] })
    }
}

@Suite("Sample files while they grow")
struct SampleFilesTests {
    @Test("All files hold the same samples at any time, though their rows differ in size")
    func together() throws {
        let folder = try RunFolder()
        let reader = Reader(RunDirectory(folder["run"]).probe)
        var probes = ExtraProbes()
        probes.float64 = [reader]
        // Rows of 2,400 and 24 bytes for one layer and 160 and 20 for the other fill their buffers at very different times.
        let configuration = RunConfiguration(
            data: .digits, network: [.dense(units: 300), .activation(.relu()), .dense(units: 20), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(), batch: 8, length: .steps(70), probe: ProbeConfiguration(cadence: Cadence(every: 1)))
        let run = try folder.run(configuration, probes: probes)
        #expect(reader.rows.count == 70)
        for (step, rows) in reader.rows.enumerated() { #expect(Set(rows).count == 1, "after step \(step + 1): \(Set(rows).sorted())") }
        // Buffers of 65,536 bytes take 27 rows of 2,400, so that of 71 samples no more than 27 are still in memory.
        #expect(reader.rows.last?.first.map { $0 >= 44 } == true)
        #expect(try run.samples("steps").shape == [71] && run.samples("0.state").shape == [71, 300])
    }
}
