// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Networks

@Suite("Tensor")
struct TensorTests {
    @Test("a tensor is aligned to a cache line, row-major, and starts out constant", arguments: [[0], [1], [3, 5], [2, 3, 4], []])
    func layout(shape: [Int]) {
        let tensor = Tensor<Float>(shape: shape, repeating: 2.5)
        #expect(Int(bitPattern: tensor.base) % 64 == 0)
        #expect(tensor.count == shape.reduce(1, *))
        #expect(tensor.values == Array(repeating: 2.5, count: tensor.count))
    }

    @Test("rows are ranges of the slowest axis")
    func rows() {
        let tensor = Tensor<Double>(shape: [3, 2])
        tensor.values = [1, 2, 3, 4, 5, 6]
        #expect(Array(tensor.rows(1..<3)) == [3, 4, 5, 6])
        #expect(Array(tensor.rows(1..<1)).isEmpty)
        #expect(Array(tensor.elements) == [1, 2, 3, 4, 5, 6])
    }

    @Test("a wrong number of values, and rows that do not exist, stop the process")
    func checks() async {
        await #expect(processExitsWith: .failure) { Tensor<Double>(shape: [3]).assign([1, 2]) }
        await #expect(processExitsWith: .failure) { _ = Tensor<Double>(shape: [3]).rows(2..<4) }
    }
}
