// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

@Suite struct ArrayFilesTests {
    private let inputs = TensorRecord((0..<12).map { Double($0) - 3 }, shape: [3, 2, 2])

    @Test func integersAreClassesAndRealsAreVectors() throws {
        let folder = try TemporaryFolder()
        let x = try folder.write(inputs, "x.npy")
        let classes = try DataSource.npy(inputs: x, targets: try folder.write(TensorRecord([0, 2, 1] as [Int64]), "c.npy")).load(seed: 1)
        #expect(classes.training.targets == .classes([0, 2, 1]))
        #expect(classes.classCount == 3)
        #expect(classes.inputShape == [2, 2])
        #expect(classes.training.inputs(as: Double.self) == (0..<12).map { Double($0) - 3 })
        #expect(classes.inputBox.lower == [-3, -2, -1, 0])
        #expect(classes.inputBox.upper == [5, 6, 7, 8])
        let scalars = try DataSource.npy(inputs: x, targets: try folder.write(TensorRecord([0.5, 1, 2] as [Float]), "s.npy")).load(seed: 1)
        #expect(scalars.training.targets == .values([0.5, 1, 2], width: 1))
        let vectors = try folder.write(TensorRecord((0..<6).map(Double.init), shape: [3, 2]), "v.npy")
        let both = try DataSource.npy(inputs: x, targets: vectors, testInputs: x, testTargets: vectors).load(seed: 1)
        #expect(both.test?.targets == .values([0, 1, 2, 3, 4, 5], width: 2))
        #expect(both.classCount == nil)
    }

    @Test func theClassCountCoversTheTestSet() throws {
        let folder = try TemporaryFolder()
        let x = try folder.write(inputs, "x.npy")
        let train = try folder.write(TensorRecord([0, 1, 1] as [Int64]), "train.npy")
        let test = try folder.write(TensorRecord([0, 6, 1] as [Int64]), "test.npy")
        #expect(try DataSource.npy(inputs: x, targets: train, testInputs: x, testTargets: test).load(seed: 1).classCount == 7)
    }

    static let malformed: [(TensorRecord, TensorRecord, String)] = [
        (TensorRecord([1, 2, 3] as [Double]), TensorRecord([0, 0, 0] as [Int64]), "x.npy: shape [3]; accepted: [samples, features]"),
        (TensorRecord([] as [Double], shape: [0, 2]), TensorRecord([] as [Int64]), "x.npy: shape [0, 2]; accepted: [samples, features]"),
        (matrix, TensorRecord([0, 0] as [Int64]), "don't fit together: shapes [3, 2] and [2]"),
        (matrix, TensorRecord([0, -1, 0] as [Int64]), "y.npy: target 1 is -1; accepted: class indices from 0 to 65535"),
        (matrix, TensorRecord([0, 1, .max] as [Int64]), "y.npy: target 2 is 9223372036854775807; accepted: class indices"),
        (matrix, TensorRecord([0, 1, 2] as [Int64], shape: [3, 1]), "y.npy: integers of shape [3, 1]; accepted: class indices [samples]"),
        (matrix, TensorRecord([0, .nan, 2] as [Double]), "y.npy: element 1 is nan; accepted: finite numbers"),
        (
            matrix, TensorRecord([0, 1, 2] as [Double], shape: [3, 1, 1]),
            "y.npy: shape [3, 1, 1]; accepted: real targets [samples] or [samples, width]"
        ),
        (
            TensorRecord([0, 1, 2, .infinity, 4, 5] as [Double], shape: [3, 2]), TensorRecord([0, 0, 0] as [Int64]),
            "x.npy: element 3 is inf; accepted: finite numbers"
        ),
    ]

    private static let matrix = TensorRecord((0..<6).map(Double.init), shape: [3, 2])

    @Test(arguments: malformed) func malformedArraysSayWhatIsWrong(x: TensorRecord, y: TensorRecord, expected: String) throws {
        let folder = try TemporaryFolder()
        let source = DataSource.npy(inputs: try folder.write(x, "x.npy"), targets: try folder.write(y, "y.npy"))
        let text = errorText { _ = try source.load(seed: 1) }
        #expect(text.contains(expected), "\(text)")
    }

    @Test func trainingAndTestTargetsHaveToBeOfOneKind() throws {
        let folder = try TemporaryFolder()
        let x = try folder.write(inputs, "x.npy")
        let classes = try folder.write(TensorRecord([0, 1, 1] as [Int64]), "c.npy")
        let values = try folder.write(TensorRecord([0, 1, 1] as [Double]), "v.npy")
        let source = DataSource.npy(inputs: x, targets: classes, testInputs: x, testTargets: values)
        #expect(errorText { _ = try source.load(seed: 1) }.hasSuffix("one kind and width of target is needed in both"))
    }

    @Test func everyTruncationOfAnInputFileIsRefused() throws {
        let folder = try TemporaryFolder()
        let y = try folder.write(TensorRecord([0, 1, 1] as [Int64]), "y.npy")
        let content = try NPY.encode(inputs)
        for length in 0..<content.count {
            let x = try folder.write(content.prefix(length), "x.npy")
            #expect(throws: DatasetError.self) { try DataSource.npy(inputs: x, targets: y).load(seed: 1) }
        }
    }
}
