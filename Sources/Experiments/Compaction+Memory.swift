// SPDX-License-Identifier: GPL-3.0-or-later
import Compaction
import Networks
import Records

extension Compaction {
    private static var memoryName: String { "compaction" }

    /// What a checkpoint has to keep of a compaction, as a tensor for its file.
    func memory() throws -> [(name: String, tensor: TensorRecord)] { [(Self.memoryName, try TensorRecord(encoding: state))] }

    /// Takes up what ``memory()`` gave, after the network was restored.
    /// - Throws: `RecordsError` for a memory that lacks it or is of another network.
    func restore(_ file: SafetensorsFile) throws {
        let state = try file.tensor(named: Self.memoryName).decoded(as: State.self)
        guard try restore(state) else {
            throw RecordsError(
                .mismatch, at: .key(Self.memoryName), "skipped nodes that this network lacks", accepted: "a compaction of this network")
        }
    }
}
