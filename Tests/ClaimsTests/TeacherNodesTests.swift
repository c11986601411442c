// SPDX-License-Identifier: GPL-3.0-or-later
import Experiments
import Foundation
import Optimizers
import Records
import Testing

@testable import Claims
@testable import Datasets

@Suite struct TeacherNodesTests {
    private static let isSlow = ProcessInfo.processInfo.environment["ADAMPROBE_SLOW"] == "1"

    /// e₁ and e₂ of R³ with outgoing weights 0.5 and −0.25.
    private let teacher: Teacher

    init() {
        teacher = Teacher(inputs: 3, weights: [1, 0, 0, 0, 1, 0], biases: [0, 0], outputWeights: [0.5, -0.25])
    }

    private func alignment(weights: [Double], biases: [Double], outgoing: [Double]) throws -> TeacherAlignment {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("student-\(UUID().uuidString).safetensors")
        defer { try? FileManager.default.removeItem(at: file) }
        let model = SafetensorsFile([
            ("0.weight", TensorRecord(weights, shape: [biases.count, weights.count / biases.count])),
            ("0.bias", TensorRecord(biases, shape: [biases.count])),
            ("2.weight", TensorRecord(outgoing, shape: [1, biases.count])),
        ])
        try model.write(to: file)
        return try TeacherAlignment(model: file, teacher: teacher, threshold: 1e-15)
    }

    @Test func `the teacher itself is at cosine 1 with its own slopes, and nodes under the threshold don't count`() throws {
        let student = try alignment(weights: [0.5, 0, 0, 0, 2, 0, 1e-16, 0, 0], biases: [0, 0, -1], outgoing: [1, -0.125, 1])
        #expect(student.nodes == 3)
        #expect(student.survivors.map(\.node) == [0, 1])
        #expect(student.survivorNearness == 1)
        #expect(student.teacherNearness == 1)
        #expect(student.survivors.map(\.strength) == [0.5, -0.25])
        #expect(student.strengthDeviation(l2: 0) == 0)
        // Each of the two slopes is 0.01 too large, of 0.75 in all.
        #expect(abs(student.strengthDeviation(l2: 0.01) - 0.02 / 0.75) < 1e-15)
    }

    @Test func `a bias that the teacher doesn't have takes a node away from it`() throws {
        let student = try alignment(weights: [1, 0, 0], biases: [1], outgoing: [0.5])
        #expect(abs(student.survivorNearness - 0.5.squareRoot()) < 1e-15)
        // Half of the teacher's nodes have nothing near.
        #expect(abs(student.teacherNearness - 0.5.squareRoot() / 2) < 1e-15)
        #expect(abs(student.strengthDeviation(l2: 0) - 0.25 / 0.75) < 1e-15)
    }

    @Test func `where nothing survives nothing is near`() throws {
        let student = try alignment(weights: [0, 0, 0], biases: [-1], outgoing: [1])
        #expect(student.survivors.isEmpty && student.survivorNearness == 0 && student.teacherNearness == 0)
    }

    @Test func `a student of other inputs is refused`() {
        #expect(throws: ClaimError.self) { try alignment(weights: [1, 0, 0, 1, 0, 0], biases: [1], outgoing: [0.5]) }
    }

    @Test func `the teacher compared with is the one that answers in the run`() throws {
        let configuration = try TeacherStudent.configuration(seed: 5)
        let data = try configuration.data.load(seed: configuration.seed)
        let teacher = try TeacherStudent.teacher(seed: 5)
        guard case .values(let targets, 1) = data.training.targets else { Issue.record("no real targets"); return }
        let inputs = data.training.inputs(as: Double.self)
        for row in 0..<10 { #expect(teacher.outputs(for: inputs[row * 8..<(row + 1) * 8]) == [targets[row]]) }
    }

    /// What turns C6 to violated.
    enum Break: String, CaseIterable {
        case none, anotherTeacher, noDecay, gradientDescent
    }

    @Test(.enabled(if: isSlow, "runs of 30,000 steps take minutes in a debug build: set ADAMPROBE_SLOW=1"), arguments: Break.allCases)
    func `the claim holds, and fails with another teacher, without L2, and under SGD without decay`(broken: Break) throws {
        var trial = Trial(runSeeds: 2, threads: 1)
        if broken == .gradientDescent {
            trial.subject = Subject(name: "SGD", rule: { _ in StochasticGradientDescent(learningRate: 0.01) })
        }
        let isDecayed = broken != .noDecay && broken != .gradientDescent
        let measurement = try TeacherStudent.measure(trial, l2: isDecayed ? TeacherStudent.l2 : 0) { seed in
            try TeacherStudent.teacher(seed: broken == .anotherTeacher ? seed + 1_000 : seed)
        }
        let contradicted = measurement.comparisons.filter { $0.isBroken(adjustedPValue: nil, significance: Verification.significance) }
        #expect(contradicted.isEmpty == (broken == .none), "\(contradicted.map(\.quantity))")
    }
}
