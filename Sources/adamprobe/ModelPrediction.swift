// SPDX-License-Identifier: GPL-3.0-or-later
import Datasets
import Experiments
import Foundation
import Records
import Theory

/// `adamprobe predict --from MODEL`: which hidden nodes of a trained model are dead, and what becomes of them.
struct ModelPrediction {
    /// Steps foretold where none are said.
    static let usualSteps = 100_000

    /// How the files are written from PyTorch.
    static let recipe = """
        from safetensors.torch import save_file
        save_file(model.state_dict(), "model.safetensors")
        tensors = {}
        for name, parameter in model.named_parameters():
            for key, value in optimizer.state[parameter].items():
                if torch.is_tensor(value):
                    tensors[f"{name}.{key}"] = value.detach().clone().contiguous()
                elif value is not None:
                    tensors[f"{name}.{key}"] = torch.tensor(float(value))
        save_file(tensors, "state.safetensors")
        """

    private let table: NodeTable
    private let nodes: [ModelNode]
    private let model: TrainedModel
    private let source: SourceOptions
    private let steps: Int
    private let file: String

    init(
        model url: URL, states: URL?, source: SourceOptions, rule: DeadWeightRule, learningRate: LearningRate, l2: Double, threshold: Double,
        steps: Int
    ) throws {
        self.source = source
        self.steps = steps
        file = url.relativePath
        model = try TrainedModel(model: url, states: states, batchNormEpsilon: source.batchNormEpsilon ?? 1e-5)
        let model = model
        let all = try model.nodes(box: source.box, batch: source.batch, data: try source.data.map(Self.dataset))
        nodes = all.filter { source.includes(layer: $0.layer, node: $0.node) }
        guard !nodes.isEmpty else {
            let layers = Set(all.map(\.layer)).sorted { $0.localizedStandardCompare($1) == .orderedAscending }
            throw NodeSelectionError(layer: source.layer, node: source.node, layers: layers)
        }
        let dynamics = NodeDynamics(
            rule: rule, learningRate: learningRate, l2: l2, precision: model.precision, thresholds: [threshold])
        let lines = try nodes.map { node -> NodeLine in
            var prediction: NodePrediction?
            var lastStep: Int?
            if node.isDead {
                let state = try model.deadNode(node, rule: rule)
                lastStep = state.step
                prediction = try dynamics.predict(state, steps: steps)
            }
            return NodeLine(
                layer: node.layer, node: node.node, state: Self.state(node), lastStep: lastStep, prediction: prediction, ledger: nil,
                differences: nil,
                extra: [
                    ("certificates", .array(node.certificates.map { .string($0.rawValue) })),
                    ("deadInEvaluation", .bool(node.isDeadInEvaluation)),
                    ("silentInTraining", node.isSilentInTraining.map { .bool($0) } ?? .null),
                ])
        }
        table = NodeTable(thresholds: [threshold], lines: lines)
    }

    /// The data that `--data` names.
    static func dataset(_ name: String) throws -> Dataset {
        switch name {
        case "digits": return try DataSource.digits.load(seed: 0)
        case "mnist": return try DataSource.mnist.load(seed: 0)
        case "fashion-mnist": return try DataSource.fashionMNIST.load(seed: 0)
        case "cifar10": return try DataSource.cifar10.load(seed: 0)
        case _ where name.hasSuffix(".npy"): return try Dataset.unlabelled(npy: URL(fileURLWithPath: name))
        default:
            throw DatasetError.invalidValue(key: "--data", value: name, accepted: "digits, mnist, fashion-mnist, cifar10 or an .npy file")
        }
    }

    private static func state(_ node: ModelNode) -> String {
        let proofs = node.certificates.filter { $0 != .data }.map(\.rawValue)
        if !proofs.isEmpty { return "dead by \(proofs.joined(separator: ", "))" }
        if node.isSilentInTraining == true { return "dead on the data" }
        return node.isDeadInEvaluation ? "alive, dead in evaluation" : "alive"
    }

    func report(json: Bool) throws {
        if let out = source.out { try table.write(to: URL(fileURLWithPath: out)) }
        let dead = nodes.count(where: \.isDead)
        if json {
            let summary: JSONObject = [
                "dead": .integer(dead), "alive": .integer(nodes.count - dead), "steps": .integer(steps),
                "precision": .string(model.precision.rawValue),
                "regimes": .object(JSONObject(table.regimes.map { ($0.0, .integer($0.1)) })),
                "assumptions": .array(assumptions.map { .string($0) }),
            ]
            print(JSONValue.object(["model": .string(file), "summary": .object(summary), "nodes": table.json]).serialized(.pretty))
            return
        }
        print(table.text + "\n")
        print("\(dead) dead nodes of \(nodes.count), foretold for \(steps) steps, as long as they stay silent")
        print("regimes: " + table.regimes.map { "\($1) \($0)" }.joined(separator: ", "))
        for assumption in assumptions { print("assumed: \(assumption)") }
    }

    private var assumptions: [String] {
        let places = model.architecture.assumedActivations.map { "\($0)" }.joined(separator: ", ")
        var assumptions = ["ReLU at index \(places), other modules without parameters pass values on"]
        if source.data == nil, source.box == nil { assumptions.append("nothing is known of the inputs: give --box or --data") }
        if source.batch == nil, model.architecture.hasBatchNorm {
            assumptions.append("nothing is known of the batch, so that no node is certified under batch normalisation: give --batch")
        }
        return assumptions
    }
}
