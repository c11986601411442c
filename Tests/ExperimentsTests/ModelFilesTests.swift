// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Networks
import Optimizers
import Records
import Testing

@testable import Experiments

@Suite("Files that a run is planted from")
struct ModelFilesTests {
    private static let specification: [LayerSpecification] = [.dense(units: 2), .batchNorm(), .activation(.relu()), .dense(units: 3)]

    private func network() throws -> Network<Double> { try Network(Self.specification, inputCount: 4, capacity: 8) }

    private func optimizer(_ rule: any UpdateRule, _ network: Network<Double>) throws -> Optimizer<Double> {
        try Optimizer(rule: rule, parameters: network.parameters.map { OptimizedParameter(name: $0.name, count: $0.value.count) })
    }

    private func replacing(_ name: String, by tensor: TensorRecord, in file: SafetensorsFile) -> SafetensorsFile {
        SafetensorsFile(file.tensors.filter { $0.name != name } + [(name: name, tensor: tensor)])
    }

    @Test(
        "Values that no network can have are refused with tensor and file",
        arguments: [
            ("0.weight", [1, 2, 3, .nan, 5, 6, 7, 8], [2, 4], "found nan at element 3; accepted: finite float64 numbers"),
            ("1.weight", [1, .infinity], [2], "found inf at element 1"),
            ("1.running_mean", [-.infinity, 1], [2], "found -inf at element 0"),
            ("1.running_var", [1, -1], [2], "found -1.0 at element 1; accepted: finite float64 numbers ≥ 0"),
            ("1.num_batches_tracked", [], [0], "found 0 numbers; accepted: one whole number"),
            ("1.num_batches_tracked", [-1], [], "found -1.0; accepted: one whole number"),
        ] as [(String, [Double], [Int], String)])
    func impossibleModel(name: String, values: [Double], shape: [Int], words: String) throws {
        let network = try network()
        let good = ModelFiles.model(of: network)
        let bad = replacing(name, by: TensorRecord(values, shape: shape), in: good)
        let error = try #require(throws: ModelFileError.self) { try ModelFiles.plant(bad, named: "start.safetensors", into: network) }
        #expect("\(error)".hasPrefix("start.safetensors: tensor '\(name)': \(words)"), "\(error)")
        #expect(throws: Never.self) { try ModelFiles.plant(good, named: "start.safetensors", into: network) }
    }

    @Test("Moments have their parameter's shape, and no other with as many elements", arguments: [[8], [4, 2], [2, 4, 1]])
    func otherShape(shape: [Int]) throws {
        let network = try network()
        let file = SafetensorsFile([(name: "0.weight.exp_avg", tensor: TensorRecord(Array(repeating: 1.0, count: 8), shape: shape))])
        let expected = ModelFileError.wrongShape(name: "0.weight.exp_avg", file: "moments", found: shape, expected: [2, 4])
        #expect(throws: expected) {
            try ModelFiles.plant(file, named: "moments", into: try optimizer(Adam(), network), shapes: network.parameters.map(\.value.shape))
        }
    }

    @Test(
        "Moments that no run can have are refused with tensor and file",
        arguments: [
            (Adam(), "0.weight.exp_avg", [1, .nan, 3, 4, 5, 6, 7, 8], "found nan at element 1"),
            (Adam(), "0.weight.exp_avg_sq", [1, 2, -1e-30, 4, 5, 6, 7, 8], "found -1e-30 at element 2"),
            (AMSGrad(), "1.bias.max_exp_avg_sq", [0, -1], "found -1.0 at element 1"),
            (AdaMax(), "1.bias.exp_inf", [0, -1], "found -1.0 at element 1"),
            (AdaGrad(), "1.bias.sum", [0, -1], "found -1.0 at element 1"),
            (Adadelta(), "1.bias.acc_delta", [0, -1], "found -1.0 at element 1"),
            (RMSprop(), "1.bias.square_avg", [0, -1], "found -1.0 at element 1"),
            (Adam(), "step", [], "found 0 numbers; accepted: one finite number"),
            (Adam(), "0.weight.step", [], "found 0 numbers; accepted: one finite number"),
            (NAdam(), "0.weight.mu_product", [.nan], "found nan; accepted: one finite number"),
        ] as [(any UpdateRule, String, [Double], String)])
    func impossibleMoments(rule: any UpdateRule, name: String, values: [Double], words: String) throws {
        let network = try network()
        let shape = values.count == 8 ? [2, 4] : values.count == 1 ? [] : [values.count]
        let file = SafetensorsFile([(name: name, tensor: TensorRecord(values, shape: shape))])
        let error = try #require(throws: ModelFileError.self) {
            try ModelFiles.plant(file, named: "moments", into: try optimizer(rule, network), shapes: network.parameters.map(\.value.shape))
        }
        #expect("\(error)".hasPrefix("moments: tensor '\(name)': \(words)"), "\(error)")
    }

    @Test("A first moment may be negative")
    func negativeFirstMoment() throws {
        let network = try network()
        let optimizer = try optimizer(Adam(), network)
        let file = SafetensorsFile([(name: "1.bias.exp_avg", tensor: TensorRecord([-1.0, 2], shape: [2]))])
        try ModelFiles.plant(file, named: "moments", into: optimizer, shapes: network.parameters.map(\.value.shape))
        #expect(try optimizer.state("exp_avg", of: network.parameters.firstIndex { $0.name == "1.bias" }!) == [-1, 2])
    }
}
