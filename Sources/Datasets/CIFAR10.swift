// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Records of CIFAR-10's binary version (A. Krizhevsky 2009): one label byte, 0 to 9, then 3,072 pixel bytes: red, green and blue planes
/// of 32 × 32, each row by row. Nothing separates records and there is no header.
enum CIFAR10 {
    static let shape = [3, 32, 32]
    static let pixelCount = 3072
    static let recordSize = 1 + pixelCount
    static let classCount = 10

    /// The file that lists, one 0-based index a line (`#` begins a comment), which records of the approximate test batch are inexact.
    static let inexactIndicesName = "test_batch.inexact_indices.txt"

    /// Appends the records of one batch file to `labels` and `pixels`.
    ///
    /// - Throws: ``DatasetError/malformed(file:problem:accepted:)`` unless `data` is one whole record or more, each label below 10.
    static func append(_ data: Data, name: String, labels: inout [Int], pixels: inout [UInt8]) throws(DatasetError) {
        guard data.count > 0, data.count % recordSize == 0 else {
            throw .malformed(file: name, problem: "\(data.count) bytes", accepted: "a multiple of \(recordSize), one record or more")
        }
        let count = data.count / recordSize
        labels.reserveCapacity(labels.count + count)
        pixels.reserveCapacity(pixels.count + count * pixelCount)
        for record in 0..<count {
            let at = data.startIndex + record * recordSize
            guard data[at] < classCount else {
                throw .malformed(file: name, problem: "the label of record \(record) is \(data[at])", accepted: "0 to \(classCount - 1)")
            }
            labels.append(Int(data[at]))
            pixels.append(contentsOf: data[(at + 1)..<(at + recordSize)])
        }
    }

    /// The indices that a text lists, each in 0..<count, none twice.
    static func indices(parsing text: String, name: String, count: Int) throws(DatasetError) -> [Int] {
        var indices: [Int] = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            let content = line.prefix { $0 != "#" }.trimmingCharacters(in: .whitespaces)
            if content.isEmpty { continue }
            guard let index = Int(content), index >= 0, index < count else {
                throw .malformed(file: name, problem: "line \(number + 1) is \"\(content)\"", accepted: "a record number, 0 to \(count - 1)")
            }
            guard !indices.contains(index) else {
                throw .malformed(file: name, problem: "line \(number + 1) names record \(index) again", accepted: "each record once")
            }
            indices.append(index)
        }
        return indices
    }
}
