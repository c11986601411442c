// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Experiments

/// A folder for the files and runs of one test; it goes when its owner does.
final class RunFolder {
    let url: URL

    init() throws {
        url = FileManager.default.temporaryDirectory.appendingPathComponent("adamprobe-experiments-\(UUID().uuidString)", isDirectory: true)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    subscript(name: String) -> URL { url.appendingPathComponent(name) }

    /// The names in the folder, sorted.
    var names: [String] { get throws { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() } }

    /// Makes the run of a configuration in a folder of that name.
    @discardableResult
    func run(
        _ configuration: RunConfiguration, as name: String = "run", probes: ExtraProbes = ExtraProbes(), observer: RunObserver = RunObserver()
    ) throws -> RunDirectory {
        let directory = RunDirectory(self[name])
        try Run.perform(configuration, output: directory.url, probes: probes, observer: observer)
        return directory
    }
}

/// Files that came from elsewhere, with the scripts that made them.
enum ReferenceFiles {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Reference")

    static func url(_ name: String) -> URL { folder.appendingPathComponent(name) }
}

/// What the project asks of a float64 run that PyTorch has made too: sums may come in another order, and nothing else may differ.
let agreementWithPyTorch = 1e-12

/// max|a − b| / max|b|, infinite where anything is not finite or the counts differ; 0 if both are all 0.
func relativeDifference(_ a: [Double], _ b: [Double]) -> Double {
    guard a.count == b.count, (a + b).allSatisfy(\.isFinite) else { return .infinity }
    let largest = zip(a, b).map { abs($0 - $1) }.max() ?? 0
    let scale = b.map(abs).max() ?? 0
    return largest == 0 ? 0 : scale == 0 ? .infinity : largest / scale
}

extension RunDirectory {
    /// The bytes of the files that say what a run came to: parameters, running statistics, moments and step counts.
    func finalState() throws -> [Data] { [try Data(contentsOf: model), try Data(contentsOf: optimizer)] }

    /// The samples of one node quantity, [samples × nodes].
    func samples(_ name: String) throws -> TensorRecord { try NPY.read(probe.appendingPathComponent("\(name).npy")) }
}
