// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Foundation
import Networks
import Optimizers
import Probes
import Records

/// All that a run needs to go on in another process as if nothing had happened: `checkpoint.safetensors` in its directory.
///
/// Parameters and running statistics as `model.<name>`, optimiser state as `optimizer.<name>`, the position in the batch order and the sums
/// over the epoch as JSON text in `session`, and what the probes remember. The streams (`metrics.csv`, `probe/*.npy`) are in the directory
/// already: of each it says how far it goes, and what a run wrote after its checkpoint is cut off when it is resumed.
struct RunCheckpoint {
    /// The numbers of the loop.
    struct Session: Codable, Equatable {
        let completedSteps: Int
        let order: BatchOrder.State
        let loss: RunningLoss
        /// Bytes of `metrics.csv`.
        let metricsBytes: Int
        let nanoseconds: UInt64
        let probeNanoseconds: UInt64
    }

    let session: Session
    /// Every tensor, the probes' among them.
    let file: SafetensorsFile

    private static var sessionName: String { "session" }
    private static var modelPrefix: String { "model." }
    private static var optimizerPrefix: String { "optimizer." }

    /// Takes down a run between two steps.
    init<Scalar: TrainingScalar>(
        _ session: Session, network: Network<Scalar>, optimizer: Optimizer<Scalar>, probes: [(name: String, tensor: TensorRecord)]
    ) throws {
        self.session = session
        let shapes = network.parameters.map(\.value.shape)
        var file = SafetensorsFile(
            [(Self.sessionName, try TensorRecord(encoding: session))]
                + ModelFiles.model(of: network).tensors.map { (Self.modelPrefix + $0.name, $0.tensor) }
                + (try ModelFiles.optimizer(optimizer, shapes: shapes).tensors.map { (Self.optimizerPrefix + $0.name, $0.tensor) }) + probes,
            metadata: ["format": "adamprobe-checkpoint/1"])
        file.metadata[Self.digestName] = Self.digest(file)
        self.file = file
    }

    private static var digestName: String { "sha256" }

    /// SHA-256 over names and bytes of all tensors, in their order.
    private static func digest(_ file: SafetensorsFile) -> String {
        SHA256Digest.hex(of: file.tensors.reduce(into: Data()) { $0 += Data($1.name.utf8) + $1.tensor.data })
    }

    /// - Throws: `RecordsError` for a file that is damaged or no checkpoint.
    init(_ url: URL) throws {
        file = try SafetensorsFile.read(url)
        guard file.metadata[Self.digestName] == Self.digest(file) else {
            throw RecordsError(.corrupt, file: url.path, "its content is not what was written", accepted: "a checkpoint of adamprobe run, whole")
        }
        do { session = try file.tensor(named: Self.sessionName).decoded() } catch let error as DecodingError {
            throw RecordsError(.malformed, file: url.path, at: .key(Self.sessionName), "\(error)", accepted: "a checkpoint of adamprobe run")
        }
    }

    /// Where the training goes on.
    var position: TrainingPosition {
        TrainingPosition(
            completedSteps: session.completedSteps, order: session.order, probeNanoseconds: session.probeNanoseconds, memory: file)
    }

    /// Makes network and optimiser what they were.
    /// - Throws: ``ModelFileError`` for tensors that are not this network's.
    func restore<Scalar: TrainingScalar>(_ network: Network<Scalar>, _ optimizer: Optimizer<Scalar>, named source: String) throws {
        try ModelFiles.plant(part(Self.modelPrefix), named: source, into: network, accepting: .anything)
        try ModelFiles.plant(
            part(Self.optimizerPrefix), named: source, into: optimizer, shapes: network.parameters.map(\.value.shape), accepting: .anything)
    }

    private func part(_ prefix: String) -> SafetensorsFile {
        SafetensorsFile(file.tensors.filter { $0.name.hasPrefix(prefix) }.map { (String($0.name.dropFirst(prefix.count)), $0.tensor) })
    }
}

/// Loss and errors over the batches since a row of the metrics, weighted by samples.
struct RunningLoss: Codable, Equatable {
    /// As a bit pattern in files, since it may be NaN.
    private var totalBits = (0.0).bitPattern
    private var errors = 0
    private(set) var samples = 0

    private var total: Double { Double(bitPattern: totalBits) }
    var mean: Double { total / Double(samples) }
    var error: Double { Double(errors) / Double(samples) }

    mutating func add(_ loss: BatchLoss) {
        totalBits = (total + loss.mean * Double(loss.samples)).bitPattern
        errors += loss.errors
        samples += loss.samples
    }
}
