// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Testing

@testable import Datasets

@Suite struct DigitsTests {
    @Test func theFirst1437RowsTrainAndTheLast360Test() throws {
        let digits = try DataSource.digits.load(seed: 1)
        let test = try #require(digits.test)
        #expect(digits.training.count == 1437)
        #expect(test.count == 360)
        #expect(digits.inputShape == [8, 8])
        #expect(digits.classCount == 10)
        #expect(digits.inputBox == InputBox(0...1, features: 64))
        // Sums of raw pixels and counts of labels by NumPy from scikit-learn's file.
        #expect(digits.training.inputs(as: Double.self).reduce(0, +) == 449_372.0 / 16)
        #expect(test.inputs(as: Double.self).reduce(0, +) == 112_346.0 / 16)
        #expect(counts(digits.training.targets) == [143, 146, 142, 146, 144, 145, 144, 143, 141, 143])
        #expect(counts(test.targets) == [35, 36, 35, 37, 37, 37, 37, 36, 33, 37])
    }

    @Test func everyInputLiesInTheBoxAndIsASixteenth() throws {
        let inputs = try Digits.load().training.inputs(as: Float.self)
        #expect(inputs.allSatisfy { $0 >= 0 && $0 <= 1 && $0 * 16 == ($0 * 16).rounded() })
        #expect(Array(inputs[0..<8]) == [0, 0, 5, 13, 9, 1, 0, 0].map { $0 / 16 })
    }

    @Test func theAttributionLiesBesideTheData() throws {
        let url = try #require(Digits.attributionURL)
        let text = try String(contentsOf: url, encoding: .utf8)
        for part in ["CC BY 4.0", "Alpaydin", "Kaynak", "scikit-learn", "1998"] { #expect(text.contains(part)) }
    }

    @Test(arguments: [
        ("1,2,3\n", "line 1 has 3 fields; accepted: 65"),
        (String(repeating: "17,", count: 64) + "1\n", "line 1, field 1 is \"17\"; accepted: 0 to 16"),
        (String(repeating: "0,", count: 64) + "10\n", "line 1, field 65 is \"10\"; accepted: 0 to 9"),
        (String(repeating: "0,", count: 63) + ",1\n", "line 1, field 64 is \"\"; accepted: 0 to 16"),
    ])
    func malformedRowsAreNamed(text: String, expected: String) {
        #expect(errorText { _ = try Digits.parse(Data(text.utf8), name: "digits") } == "digits: " + expected)
    }

    private func counts(_ targets: Targets) -> [Int] {
        guard case .classes(let classes) = targets else { return [] }
        return (0..<10).map { label in classes.count { $0 == label } }
    }
}
