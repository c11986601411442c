// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Experiments

/// A Python with torch, numpy and safetensors, named by ADAMPROBE_PYTHON; the tests that ask it are left out without.
enum Python {
    static let executable = ProcessInfo.processInfo.environment["ADAMPROBE_PYTHON"].map { URL(fileURLWithPath: $0) }
    static let isMissing: Comment = "ADAMPROBE_PYTHON does not name a Python with torch, numpy and safetensors"

    /// What a program prints, which must end well.
    static func run(_ arguments: [String]) throws -> String {
        let process = Process()
        let python: URL = try #require(executable)
        process.executableURL = python
        process.arguments = arguments
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "python \(arguments.joined(separator: " ")): \(text)")
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }
}

/// The run that `Tests/Reference/parity.py` makes in PyTorch, made here from the same initial file, order file and data.
@Suite("Run parity with PyTorch")
struct ParityTests {
    private let reference: SafetensorsFile
    private let folder: RunFolder

    init() throws {
        reference = try SafetensorsFile.read(ReferenceFiles.url("parity.safetensors"))
        folder = try RunFolder()
        try NPY.write(try reference.tensor(named: "order"), to: folder["order.npy"])
        let initial = reference.tensors.filter { $0.name.hasPrefix("initial/") }.map { (String($0.name.dropFirst(8)), $0.tensor) }
        try SafetensorsFile(initial).write(to: folder["initial.safetensors"])
    }

    private func configuration(steps: Int) throws -> RunConfiguration {
        let yaml = """
            data: digits
            network: [{dense: {units: 24, bias: false}}, batchNorm, relu, {dense: 10}]
            initial: initial.safetensors
            optimizer: {adam: {learningRate: 0.001}}
            l2: 0.0005
            schedule: {step: {everyEpochs: 4, factor: 0.5}}
            batch: 64
            steps: \(steps)
            order: order.npy
            probe: {every: 50, observe: [0/3]}
            """
        return try .parse(yaml: yaml, folder: folder.url)
    }

    @Test("A run agrees with PyTorch's, model and optimiser files tensor by tensor", arguments: [10, 50, 150, 300])
    func checkpoint(steps: Int) throws {
        let run = try folder.run(configuration(steps: steps))
        let model = try SafetensorsFile.read(run.model)
        let optimizer = try SafetensorsFile.read(run.optimizer)
        let expected = reference.tensors.filter { $0.name.hasPrefix("\(steps)/") }
        #expect(expected.count == (steps == 300 ? 8 + 5 * 3 : 7))
        for (name, tensor) in expected {
            let key = String(name.dropFirst("\(steps)/".count))
            let ours = try #require(model[key] ?? optimizer[key], "no tensor \(key)")
            #expect(ours.shape == tensor.shape, "\(key)")
            let difference = relativeDifference(try ours.values(as: Double.self), try tensor.values(as: Double.self))
            #expect(difference <= agreementWithPyTorch, "\(name): \(difference)")
        }
        if steps == 300 { #expect(Set(model.names + optimizer.names) == Set(expected.map { String($0.name.dropFirst(4)) })) }
    }

    @Test("PyTorch loads a model file strictly and computes the same outputs", .enabled(if: Python.executable != nil, Python.isMissing))
    func loadedInPyTorch() throws {
        let configuration = try configuration(steps: 60)
        let run = try folder.run(configuration)
        let printed = try Python.run([ReferenceFiles.url("parity.py").path, "--load", run.model.path])
        let plan = try RunPlan<Double>(configuration)
        try ModelFiles.plant(try SafetensorsFile.read(run.model), named: "model", into: plan.network)
        var sum = 0.0
        let samples = plan.dataset.training
        for start in stride(from: 0, to: samples.count, by: plan.network.capacity) {
            let batch = Array(Int32(start)..<Int32(min(samples.count, start + plan.network.capacity)))
            samples.gather(batch[...], into: plan.network.input.mutableElements)
            try plan.network.forward(batch: batch.count, mode: .evaluation)
            sum += plan.network.output.rows(0..<batch.count).reduce(0, +)
        }
        #expect(relativeDifference([sum], [try #require(Double(printed))]) <= agreementWithPyTorch)
    }

    @Test("NumPy maps every probe file as it is", .enabled(if: Python.executable != nil, Python.isMissing))
    func mappedByNumPy() throws {
        let run = try folder.run(configuration(steps: 60))
        let program = """
            import glob, numpy, sys
            for path in sorted(glob.glob(sys.argv[1] + "/*.npy")):
                array = numpy.load(path, mmap_mode="r")
                print(path.split("/")[-1], array.dtype.str, *array.shape)
            """
        let lines = try Python.run(["-c", program, run.probe.path]).split(separator: "\n").map(String.init)
        #expect(lines.contains("steps.npy <i8 4"))
        #expect(lines.contains("0.incomingNorm.npy <f8 4 24"))
        #expect(lines.contains("0.state.npy |i1 4 24"))
        #expect(lines.contains("observations.0.3.npy <f8 60 64 5"))
        // 11 node quantities, 3 × 5 quantiles, states, steps, one observed node.
        #expect(lines.count == 11 + 15 + 3)
    }
}
