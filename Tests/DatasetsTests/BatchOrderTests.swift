// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records
import Testing

@testable import Datasets

@Suite struct BatchOrderTests {
    private func batches(_ order: inout BatchOrder, _ count: Int) -> [[Int32]] { (0..<count).map { _ in Array(order.next()) } }

    @Test func theLastSmallerBatchIsKept() throws {
        var order = try BatchOrder.sequential(samples: 7, batch: 3)
        #expect(order.stepsPerEpoch == 3)
        #expect(batches(&order, 5) == [[0, 1, 2], [3, 4, 5], [6], [0, 1, 2], [3, 4, 5]])
        #expect(try BatchOrder.sequential(samples: 60_000, batch: 64).stepsPerEpoch == 938)
        #expect(try BatchOrder.sequential(samples: 6, batch: 3).stepsPerEpoch == 2)
        var whole = try BatchOrder.sequential(samples: 2, batch: 100)
        #expect(batches(&whole, 2) == [[0, 1], [0, 1]])
    }

    @Test(arguments: [(1, 1), (5, 2), (64, 64), (100, 7), (1437, 64)])
    func aShuffledEpochIsANewPermutation(samples: Int, batch: Int) throws {
        var order = try BatchOrder.shuffled(samples: samples, batch: batch, seed: 3)
        var epochs: [[Int32]] = []
        for _ in 0..<3 {
            epochs.append(batches(&order, order.stepsPerEpoch).flatMap { $0 })
            #expect(epochs.last?.sorted() == Array(0..<Int32(samples)))
        }
        if samples >= 64 { #expect(Set(epochs).count == 3) }
    }

    @Test func theSeedAloneDecidesAShuffledOrder() throws {
        var one = try BatchOrder.shuffled(samples: 50, batch: 8, seed: 3)
        var same = try BatchOrder.shuffled(samples: 50, batch: 8, seed: 3)
        var other = try BatchOrder.shuffled(samples: 50, batch: 8, seed: 4)
        let first = batches(&one, 20)
        #expect(first == batches(&same, 20))
        #expect(first != batches(&other, 20))
    }

    @Test(arguments: 0..<25) func aRestoredOrderGoesOnWhereItStood(steps: Int) throws {
        for var order in [
            try BatchOrder.shuffled(samples: 50, batch: 8, seed: 9), try BatchOrder.sequential(samples: 50, batch: 8),
            try BatchOrder.explicit(rows: TensorRecord([Int64](0..<12), shape: [6, 2]), samples: 50, name: "rows"),
        ] {
            let fresh = order
            _ = batches(&order, steps)
            let state = try JSONDecoder().decode(BatchOrder.State.self, from: JSONEncoder().encode(order.state))
            var restored = fresh
            try restored.restore(state)
            #expect(restored == order)
            #expect(batches(&restored, 30) == batches(&order, 30))
        }
    }

    @Test func aCopyReplaysWhatTheOriginalGives() throws {
        var order = try BatchOrder.shuffled(samples: 10, batch: 4, seed: 1)
        _ = order.next()
        var copy = order
        #expect(batches(&order, 10) == batches(&copy, 10))
    }

    @Test func anExplicitOrderFollowsItsRowsAndStartsAgain() throws {
        var order = try BatchOrder.explicit(rows: TensorRecord([3, 3, 0, 1, 2, -1] as [Int64], shape: [3, 2]), samples: 4, name: "rows")
        #expect(order.rowCount == 3)
        #expect(order.stepsPerEpoch == 2)
        #expect(batches(&order, 5) == [[3, 3], [0, 1], [2], [3, 3], [0, 1]])
    }

    static let malformed: [(TensorRecord, String)] = [
        (TensorRecord([0, 1] as [Int64]), "r: shape [2]; accepted: [steps, batch], neither 0"),
        (TensorRecord([] as [Int64], shape: [0, 2]), "r: shape [0, 2]; accepted: [steps, batch], neither 0"),
        (TensorRecord([0, 1] as [Double], shape: [1, 2]), "r: elements of type float64; accepted: int64 sample indices"),
        (
            TensorRecord([0, 1, 2, 4] as [Int64], shape: [2, 2]),
            "r: row 1, column 1 is 4; accepted: a sample index, 0 to 3, or -1 to the row's end"
        ),
        (TensorRecord([0, 1, -1, -1] as [Int64], shape: [2, 2]), "r: row 1, column 0 is -1; accepted: a sample index, 0 to 3"),
        (
            TensorRecord([0, -1, 2] as [Int64], shape: [1, 3]),
            "r: row 0, column 2 is 2; accepted: a sample index, 0 to 3, or -1 to the row's end"
        ),
        (TensorRecord([-2] as [Int64], shape: [1, 1]), "r: row 0, column 0 is -2; accepted: a sample index, 0 to 3"),
    ]

    @Test(arguments: malformed) func malformedRowsAreNamed(rows: TensorRecord, expected: String) {
        #expect(errorText { _ = try BatchOrder.explicit(rows: rows, samples: 4, name: "r") } == expected)
    }

    @Test func impossibleSizesAndStatesAreRefused() throws {
        #expect(errorText { _ = try BatchOrder.sequential(samples: 4, batch: 0) } == "batch: 0 can't be used; accepted: 1 or more")
        #expect(throws: DatasetError.self) { try BatchOrder.shuffled(samples: 0, batch: 1, seed: 1) }
        var order = try BatchOrder.shuffled(samples: 4, batch: 2, seed: 1)
        let before = order
        for state in [
            BatchOrder.State(epoch: -1, position: 0, stream: [1, 2, 3, 4]), BatchOrder.State(epoch: 0, position: 3, stream: [1, 2, 3, 4]),
            BatchOrder.State(epoch: 0, position: 0, stream: [0, 0, 0, 0]), BatchOrder.State(epoch: 0, position: 0, stream: []),
        ] {
            #expect(throws: DatasetError.self) { try order.restore(state) }
            #expect(order == before)
        }
    }

    @Test func theSmallestBatchIsTheEpochsLastOnceItIsReached() throws {
        let order = try BatchOrder.shuffled(samples: 7, batch: 3, seed: 1)
        #expect([0, 1, 2, 3, 100].map { order.smallestBatch(inFirst: $0) } == [3, 3, 3, 1, 1])
        #expect(try BatchOrder.sequential(samples: 6, batch: 3).smallestBatch(inFirst: 9) == 3)
        #expect(try BatchOrder.sequential(samples: 2, batch: 3).smallestBatch(inFirst: 1) == 2)
        let rows = TensorRecord([0, 1, 2, 3, 1, -1] as [Int64], shape: [3, 2])
        let explicit = try BatchOrder.explicit(rows: rows, samples: 4, name: "r")
        #expect([0, 2, 3].map { explicit.smallestBatch(inFirst: $0) } == [2, 2, 1])
    }
}
