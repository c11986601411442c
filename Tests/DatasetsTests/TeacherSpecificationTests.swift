// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Datasets

@Suite struct TeacherSpecificationTests {
    @Test func targetsAreTheTeachersAnswers() throws {
        let specification = TeacherSpecification(inputs: 3, hidden: 5, outputs: 2, samples: 20, testSamples: 7, bias: 0.5)
        let data = try DataSource.teacher(specification).load(seed: 11)
        let teacher = try specification.teacher(seed: 11)
        #expect(data.training.count == 20)
        #expect(data.test?.count == 7)
        #expect(data.classCount == nil)
        guard case .values(let targets, width: 2) = data.training.targets else {
            Issue.record("targets must be vectors of 2")
            return
        }
        let inputs = data.training.inputs(as: Double.self)
        for row in 0..<20 {
            // The network once more, written out.
            for output in 0..<2 {
                var answer = 0.0
                for node in 0..<5 {
                    var z = teacher.biases[node]
                    for feature in 0..<3 { z += teacher.weights[node * 3 + feature] * inputs[row * 3 + feature] }
                    if z > 0 { answer += teacher.outputWeights[output * 5 + node] * z }
                }
                #expect(answer == targets[row * 2 + output])
            }
            #expect(data.inputBox.contains(inputs[row * 3..<row * 3 + 3]))
        }
    }

    @Test func rowsOfTheTeacherHaveNormOne() throws {
        let teacher = try TeacherSpecification(inputs: 6, hidden: 4).teacher(seed: 2)
        for node in 0..<4 {
            let norm = teacher.weights[node * 6..<node * 6 + 6].reduce(0) { $0 + $1 * $1 }.squareRoot()
            #expect(abs(norm - 1) < roundingOfANorm)
        }
        #expect(teacher.biases == [0, 0, 0, 0])
    }

    @Test func moreSamplesAndNoiseLeaveTheTeacherAndTheFirstInputsAsTheyAre() throws {
        var specification = TeacherSpecification(samples: 10, testSamples: 5)
        let quiet = try DataSource.teacher(specification).load(seed: 5)
        specification.samples = 4000
        specification.noise = 0.5
        let noisy = try DataSource.teacher(specification).load(seed: 5)
        #expect(noisy.test == quiet.test)
        #expect(noisy.training.inputs(as: Double.self).starts(with: quiet.training.inputs(as: Double.self)))
        specification.noise = 0
        let clean = try DataSource.teacher(specification).load(seed: 5)
        guard case .values(let with, _) = noisy.training.targets, case .values(let without, _) = clean.training.targets else {
            Issue.record("a teacher's targets must be values")
            return
        }
        let deviation = (zip(with, without).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) } / 4000).squareRoot()
        // Five standard errors of a standard deviation from 4,000 draws.
        #expect(abs(deviation - 0.5) < 5 * 0.5 / (2.0 * 4000).squareRoot())
        #expect(try DataSource.teacher(specification).load(seed: 6) != clean)
    }

    @Test(arguments: [
        (TeacherSpecification(inputs: 0), "teacher.inputs: 0 can't be used; accepted: 1 to 2147483647"),
        (TeacherSpecification(testSamples: -1), "teacher.testSamples: -1 can't be used; accepted: 0 to 2147483647"),
        (TeacherSpecification(noise: -.infinity), "teacher.noise: -inf can't be used; accepted: 0 or more, finite"),
        (TeacherSpecification(bias: .nan), "teacher.bias: nan can't be used; accepted: 0 or more, finite"),
        (
            TeacherSpecification(inputs: 100_000, samples: 100_000),
            "teacher: 100000 samples × 100000 inputs × 4 hidden × 1 outputs can't be used; accepted: arrays of up to 2147483647 numbers"
        ),
    ])
    func impossibleSpecificationsNameTheKey(specification: TeacherSpecification, expected: String) {
        #expect(errorText { _ = try DataSource.teacher(specification).load(seed: 1) } == expected)
    }

    /// Six squares, a sum, a root and a quotient: a few units in the last place of 1.
    private let roundingOfANorm = 1e-15
}
