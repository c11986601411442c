// SPDX-License-Identifier: GPL-3.0-or-later
import Testing

@testable import Datasets

@Suite struct SamplesTests {
    private let bytes = Samples(bytes: (0..<12).map { UInt8($0 * 20) }, divisor: 255, featureCount: 3, targets: .classes([0, 1, 2, 1]))

    @Test func bytesInFloat32AreTheQuotientsThatNumPyGives() {
        let all = Samples(bytes: (0...255).map { UInt8($0) }, divisor: 255, featureCount: 1, targets: .classes(Array(0...255)))
        let bits = all.inputs(as: Float.self).map(\.bitPattern)
        // np.arange(256, dtype=np.float32) / np.float32(255), viewed as uint32: some of them, and all XORed.
        #expect(
            [1, 2, 3, 100, 128, 200, 254].map { bits[$0] } == [
                0x3b80_8081, 0x3c00_8081, 0x3c40_c0c1, 0x3ec8_c8c9, 0x3f00_8081, 0x3f48_c8c9, 0x3f7e_feff,
            ])
        #expect(bits.reduce(0, ^) == 0x3b3f_3f41)
    }

    @Test func gatheringABatchEqualsTakingRowsOfAllInputs() {
        let values = Samples(values: (0..<8).map(Double.init), featureCount: 2, targets: .values([1, 2, 3, 4], width: 1))
        for (samples, width) in [(bytes, 3), (values, 2)] {
            let all = samples.inputs(as: Double.self)
            let indices: [Int32] = [9, 3, 0, 3]
            let batch = [Double](unsafeUninitializedCapacity: 3 * width) { buffer, count in
                samples.gather(indices[1...], into: buffer)
                count = 3 * width
            }
            let expected: [ArraySlice<Double>] = [3, 0, 3].map { (row: Int) in all[row * width..<(row + 1) * width] }
            #expect(batch == Array(expected.joined()))
        }
    }

    @Test func selectedRowsKeepInputsAndTargetsTogether() {
        let selected = bytes.selecting([2, 0])
        #expect(selected.targets == .classes([2, 0]))
        #expect(selected.inputs(as: Double.self) == [6, 7, 8, 0, 1, 2].map { $0 * 20 / 255 })
        let vectors = Samples(values: [1, 2], featureCount: 1, targets: .values([1, 2, 3, 4], width: 2)).selecting([1])
        #expect(vectors.targets == .values([3, 4], width: 2))
    }

    @Test func theCoveringBoxTouchesTheExtremeSamplesOfAllParts() {
        let one = Samples(values: [0, 5, 2, -1], featureCount: 2, targets: .classes([0, 0]))
        let two = Samples(values: [-3, 1], featureCount: 2, targets: .classes([0]))
        let box = InputBox(covering: [one, two])
        #expect(box.lower == [-3, -1])
        #expect(box.upper == [2, 5])
        #expect(box.contains([-3, 5]))
        #expect(!box.contains([-3.5, 5]))
        #expect(!box.contains([0]))
    }
}
