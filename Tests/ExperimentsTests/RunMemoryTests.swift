// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Networks
import Testing

@testable import Experiments

@Suite("Sizes that no machine has are refused by name")
struct RunMemoryTests {
    @Test(
        "Values beyond all bounds are errors that name their key",
        arguments: [
            (["epochs=9223372036854775807"], ["epochs: found 9223372036854775807", "accepted: a whole number from 0 to 391"]),
            (["steps=9223372036854775807"], ["steps: found 9223372036854775807", "from 0 to 9007199254740992"]),
            (["network=[{dense: 99999999}, relu, {dense: 10}]"], ["network.0: 99999999 units need", "accepted: up to"]),
            (
                ["network=[{dense: 5}, relu, {dense: 2000000000}, relu, {dense: 2000000000}]"],
                ["network.", "2000000000 units", "fewer units in every layer"]
            ),
            (
                ["data={teacher: {inputs: 2000000000, samples: 2000000000}}", "loss=meanSquaredError", "network=[{dense: 1}]"],
                ["data.teacher", "fewer samples"]
            ),
        ])
    func refused(overrides: [String], parts: [String]) throws {
        let folder = try RunFolder()
        let yaml = "data: digits\nnetwork: [{dense: 5}, relu, {dense: 10}]\noptimizer: adam\nsteps: 2\n"
        let configuration = try RunConfiguration.parse(yaml: yaml, overrides: overrides)
        let error = try #require(throws: RunError.self) { try folder.run(configuration) }
        for part in parts { #expect("\(error)".contains(part), "\(error)") }
        #expect(try folder.names.isEmpty)
    }

    @Test("A batch of more than all samples is the batch of all, and needs no more memory")
    func hugeBatch() throws {
        let folder = try RunFolder()
        let yaml = "data: digits\nnetwork: [{dense: 5}, relu, {dense: 10}]\noptimizer: adam\nsteps: 3\n"
        let huge = try folder.run(try .parse(yaml: yaml, overrides: ["batch=2000000000"]), as: "huge")
        let all = try folder.run(try .parse(yaml: yaml, overrides: ["batch=1437"]), as: "all")
        #expect(try huge.finalState() == all.finalState())
    }

    @Test("The batch is named where a smaller one would do, with the largest that does")
    func batchIsNamed() throws {
        let memory = RunMemory(
            network: [.dense(units: 10), .activation(.relu()), .dense(units: 2)], inputCount: 4, capacity: 1000, scalarSize: 8, stateCount: 2,
            isProbed: false)
        // 4 inputs, and outputs of 10, 10 and 2 with their gradients; 5 × 10 + 11 × 2 parameters four times.
        #expect(memory.bytesPerSample == 8 * 48 && memory.parameterBytes == 8 * 4 * 72)
        let limit = memory.parameterBytes + 500 * memory.bytesPerSample
        #expect(throws: RunError.tooLarge(key: "batch", found: "1000 samples", bytes: memory.bytes, limit: limit, accepted: "a batch of up to 500")) {
            try memory.require(limit: limit, smallestCapacity: 256)
        }
        #expect(throws: Never.self) { try memory.require(limit: memory.bytes, smallestCapacity: 256) }
    }
}
