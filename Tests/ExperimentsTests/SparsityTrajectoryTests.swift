// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Experiments

/// `Tests/Reference/sparsity.safetensors`: training under penalties by PyTorch (see `sparsity.py` beside it).
@Suite("Reference trajectories under sparsity-inducing penalties")
struct SparsityTrajectoryTests {
    static let file = Result { try SafetensorsFile.read(ReferenceFiles.url("sparsity.safetensors")) }
    static let names = [
        "sgdGroupProximal", "sgdGroupScaled", "sgdGroupSubgradient", "sgdL1Proximal", "sgdL1Subgradient", "adamGroupProximal",
        "adamGroupDenominator", "adamGroupSubgradient", "adamL1Proximal", "adamL1Denominator", "adamL1Subgradient",
    ]

    private static func runs() throws -> JSONValue { try JSONValue(parsing: Data(try #require(file.get().metadata["runs"]).utf8)) }

    @Test("The file holds the runs that are tested here, and no others")
    func complete() throws {
        #expect(try Self.runs().object?.keys.sorted() == Self.names.sorted())
    }

    @Test("300 steps agree with PyTorch's, zeros included", arguments: names)
    func trajectory(of run: String) throws {
        let reference = try Self.file.get()
        let options = try #require(try Self.runs()[run])
        let folder = try RunFolder()
        for name in ["inputs", "targets", "order"] { try NPY.write(try reference.tensor(named: name), to: folder["\(name).npy"]) }
        let initial = reference.tensors.filter { $0.name.hasPrefix("initial/") }
        try SafetensorsFile(initial.map { (String($0.name.dropFirst("initial/".count)), $0.tensor) }).write(to: folder["initial.safetensors"])
        let yaml = """
            data: {source: npy, npy: {inputs: inputs.npy, targets: targets.npy}}
            network: [{dense: 5}, relu, {dense: 3}]
            initial: initial.safetensors
            optimizer: \(try #require(options["optimizer"]).serialized(.compact))
            sparsity: \(try #require(options["sparsity"]).serialized(.compact))
            schedule: {step: {everyEpochs: 25, factor: 0.5}}
            batch: 8
            steps: 300
            order: order.npy
            """
        let plan = try RunPlan<Double>(try RunConfiguration.parse(yaml: yaml, folder: folder.url))
        let training = try Training(
            network: plan.network, loss: plan.configuration.loss, optimizer: plan.optimizer, l2: plan.configuration.l2,
            sparsity: plan.configuration.sparsity, schedule: plan.configuration.schedule, order: plan.order, samples: plan.dataset.training,
            totalSteps: plan.totalSteps, probes: [])
        var (compared, zeros) = (0, 0)
        for checkpoint in [10, 100, 300] {
            while training.completedSteps < checkpoint { try training.step() }
            for parameter in plan.network.parameters {
                let expected = try reference.tensor(named: "\(run)/\(checkpoint)/\(parameter.name)").values(as: Double.self)
                let difference = relativeDifference(parameter.value.values, expected)
                #expect(difference <= agreementWithPyTorch, "\(checkpoint), \(parameter.name): \(difference)")
                #expect(zip(parameter.value.values, expected).allSatisfy { ($0 == 0) == ($1 == 0) }, "\(checkpoint), \(parameter.name)")
                if checkpoint == 300 { zeros += expected.count { $0 == 0 } }
                compared += 1
            }
        }
        #expect(compared == 12)
        // Proximal runs end with exact zeros, subgradient ones without.
        #expect(run.hasSuffix("Subgradient") ? zeros == 0 : zeros >= 6)
    }
}
