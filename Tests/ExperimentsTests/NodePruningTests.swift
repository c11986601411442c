// SPDX-License-Identifier: GPL-3.0-or-later
import BuiltProgram
import Foundation
import Networks
import Optimizers
import Records
import Statistics
import Testing

@testable import Experiments

@Suite("Pruning of nodes by magnitude")
struct NodePruningTests {
    private static let activations: [Activation] = [.relu(), .sigmoid, .gelu()]

    /// Two hidden layers, the first with batch normalisation, everything drawn.
    private func network(_ activation: Activation = .relu(), seed: UInt64 = 1) throws -> Network<Double> {
        let network = try Network<Double>(
            [.dense(units: 4), .batchNorm(), .activation(activation), .dense(units: 3), .activation(activation), .dense(units: 2)],
            inputCount: 5, capacity: 8)
        network.initialize(.pytorch, seed: seed)
        for (index, parameter) in network.parameters.enumerated() where parameter.value.shape.count == 1 {
            parameter.value.assign((0..<parameter.value.count).map { 0.3 + 0.1 * Double($0) - 0.07 * Double(index) })
        }
        return network
    }

    private func outputs(_ network: Network<Double>) throws -> [Double] {
        var random = RandomStream(seed: 7, name: "inputs")
        network.input.assign((0..<8 * 5).map { _ in random.normal() })
        try network.forward(batch: 8, mode: .evaluation)
        return Array(network.output.elements)
    }

    @Test("Nodes are ranked over all layers by their incoming norm, or by the product with the outgoing one")
    func ranking() throws {
        let network = try Network<Double>(
            [.dense(units: 2), .activation(.relu()), .dense(units: 2), .activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 1)
        let values = ["0.weight": [3.0, 4, 1, 0], "2.weight": [6, 8, 0, 2], "4.weight": [0.01, 5]]
        for parameter in network.parameters { if let value = values[parameter.name] { parameter.value.assign(value) } }
        func order(_ by: NodeMagnitude) -> [[Int]] { NodePruning.ranking(of: network, by: by).map { [$0.layer, $0.node] } }
        // Norms 5, 1 and 10, 2; outgoing norms 6, √68 and 0.01, 5.
        #expect(order(.incoming) == [[0, 1], [1, 1], [0, 0], [1, 0]])
        #expect(order(.product) == [[1, 0], [0, 1], [1, 1], [0, 0]])
        let magnitudes = NodePruning.ranking(of: network, by: .product).map(\.magnitude)
        #expect(relativeDifference(magnitudes, [0.1, 68.0.squareRoot(), 10, 30]) < 1e-15)
    }

    @Test("Nodes of one norm are ranked in their order, and tiny ones by their true norm")
    func ties() throws {
        let network = try Network<Double>([.dense(units: 3), .activation(.relu()), .dense(units: 1)], inputCount: 2, capacity: 1)
        network.parameters[0].value.assign([1e-200, 0, 0, -1e-200, 1e-201, 0])
        #expect(NodePruning.ranking(of: network, by: .incoming).map(\.node) == [2, 0, 1])
    }

    @Test("The pruned network computes what is left without the nodes, whatever the activation", arguments: activations.indices)
    func function(_ activation: Int) throws {
        let (pruned, silenced) = (try network(Self.activations[activation]), try network(Self.activations[activation]))
        let nodes = try NodePruning.prune(pruned, .remove(3), by: .incoming)
        #expect(nodes.count == 3)
        // By hand: a node without outgoing weights has no say.
        for node in nodes {
            let layer = silenced.hiddenLayers[node.layer]
            for output in 0..<layer.outgoing.value.shape[0] { layer.outgoing.value.mutableElements[output * layer.nodeCount + node.node] = 0 }
        }
        #expect(try outputs(pruned) == outputs(silenced))
        for node in nodes {
            let layer = pruned.hiddenLayers[node.layer]
            #expect(layer.incoming.value.rows(node.node..<node.node + 1).allSatisfy { $0 == 0 })
            #expect(layer.bias?.value.elements[node.node] == 0 && layer.batchNorm?.shift.value.elements[node.node] ?? 0 == 0)
        }
    }

    @Test("Keeping n is removing the rest; removing none changes no bit")
    func sizes() throws {
        let (kept, removed, whole) = (try network(), try network(), try network())
        #expect(try NodePruning.prune(kept, .keep(5), by: .product) == NodePruning.prune(removed, .remove(2), by: .product))
        #expect(kept.parameters.map(\.value.values) == removed.parameters.map(\.value.values))
        try NodePruning.prune(whole, .remove(0), by: .incoming)
        #expect(try whole.parameters.map(\.value.values) == network().parameters.map(\.value.values))
        #expect(throws: PruningError(size: .keep(8), nodes: 7)) { try NodePruning.prune(whole, .keep(8), by: .incoming) }
        #expect(throws: PruningError(size: .remove(8), nodes: 7)) { try NodePruning.prune(whole, .remove(8), by: .incoming) }
    }

    @Test("Trained on under ReLU, pruned nodes stay exact zeros on both sides, with batch normalisation and without", arguments: [false, true])
    func fineTuning(isNormalized: Bool) throws {
        let folder = try RunFolder()
        var configuration = RunConfiguration(
            seed: 4, data: .digits, network: [.dense(units: 12), .activation(.relu()), .dense(units: 10)], optimizer: Adam(learningRate: 0.01),
            l2: CoupledL2(weights: 1e-3), length: .steps(60), probe: .off)
        if isNormalized { configuration.network.insert(.batchNorm(), at: 1) }
        let run = try folder.run(configuration, as: "dense")
        let model = try PrunedModel(of: run.url, .keep(7), by: .incoming)
        #expect(model.pruned.count == 5 && model.nodeCount == 12 && model.layers == ["0"])
        try model.file.write(to: folder["pruned.safetensors"])
        configuration.initial = .planted(model: folder["pruned.safetensors"])
        let tuned = try SafetensorsFile.read(folder.run(configuration, as: "tuned").model)
        let (incoming, outgoing) = (try tuned.tensor(named: "0.weight"), try tuned.tensor(named: isNormalized ? "3.weight" : "2.weight"))
        let (rows, columns) = (try incoming.values(as: Double.self), try outgoing.values(as: Double.self))
        let zeroRows = (0..<12).filter { node in rows[node * 64..<(node + 1) * 64].allSatisfy { $0 == 0 } }
        #expect(zeroRows == model.pruned.map(\.node).sorted())
        #expect(zeroRows.allSatisfy { node in (0..<10).allSatisfy { columns[$0 * 12 + node] == 0 } })
    }

    @Test("The command prunes a run and a model's file alike, and says what it can't do")
    func command() throws {
        let folder = try RunFolder()
        let configuration = RunConfiguration(
            seed: 4, precision: .float32, data: .digits, network: [.dense(units: 6), .activation(.relu()), .dense(units: 10)],
            optimizer: Adam(), length: .steps(5), probe: .off)
        let run = try folder.run(configuration)
        func prune(_ arguments: String...) throws -> (status: Int, output: String, errors: String) {
            try BuiltProgram(["prune"] + arguments, in: folder.url).finish()
        }
        let first = try prune("run", "--nodes", "2", "--out", "a.safetensors", "--json")
        let second = try prune("run/model.safetensors", "--keep", "4", "--out", "b.safetensors")
        #expect(first.status == 0 && second.status == 0, "\(first.errors)\(second.errors)")
        #expect(try Data(contentsOf: folder["a.safetensors"]) == Data(contentsOf: folder["b.safetensors"]))
        #expect(try JSONValue(parsing: Data(first.output.utf8))["pruned"]?.array?.count == 2)
        #expect(second.output.contains("2 of 6 hidden nodes pruned"))
        #expect(try SafetensorsFile.read(run.model).names == SafetensorsFile.read(folder["a.safetensors"]).names)
        let tooMany = try prune("run", "--nodes", "7", "--out", "c.safetensors")
        #expect(tooMany.status == 1 && tooMany.errors.contains("the hidden layers have 6") && !folder.hasFile("c.safetensors"))
        for sizes in [["--nodes", "1", "--keep", "2"], []] {
            let result = try BuiltProgram(["prune", "run", "--out", "c.safetensors"] + sizes, in: folder.url).finish()
            #expect(result.status == 64 && result.errors.contains("exactly one of --keep and --nodes is needed"))
        }
        let misnamed = try prune("run", "--nodes", "1", "--out", "c.txt")
        #expect(misnamed.status == 64 && misnamed.errors.contains("a name that ends in .safetensors") && !folder.hasFile("c.txt"))
        #expect(try prune("run", "--keep", "-1", "--out", "c.safetensors").errors.contains("--keep is -1, but must be at least 0"))
        let file = try prune("run/manifest.json", "--nodes", "1", "--out", "c.safetensors").errors
        #expect(file.contains("run/manifest.json is not a run directory: it is a file; accepted: "))
        #expect(try prune("nowhere", "--nodes", "1", "--out", "c.safetensors").errors.contains("is not a run directory"))
    }
}

extension RunFolder {
    fileprivate func hasFile(_ name: String) -> Bool { FileManager.default.fileExists(atPath: self[name].path) }
}
