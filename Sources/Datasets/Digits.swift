// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation
import Records

/// The embedded set: 1,797 handwritten digits of 8 × 8 pixels, so that a fresh clone trains on real data without a download.
///
/// Source: scikit-learn's copy of the test set of E. Alpaydin & C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine
/// Learning Repository, CC BY 4.0 (`Resources/ATTRIBUTION.txt`).
///
/// Scaling: pixel / 16, exact in binary floating point. Split, by row number: the first 1,437 train, the last 360 (one fifth) test. Labels
/// run in cycles of ten, so that the usual "every fifth row" would hold 21 of one digit and 52 of another; the last 360 rows hold 33 to 37
/// of each. Neighbouring rows, which may be one writer's, stay on one side.
public enum Digits {
    static let rowCount = 1797
    static let trainingCount = 1437
    static let pixelCount = 64
    static let largestPixel = 16
    static let classCount = 10
    /// Of the unpacked CSV.
    static let unpackedSize = 264_712
    static let sha256 = "6ebb3d2fee246a4e99363262ddf8a00a3c41bee6014c373ed9d9216ba7f651b8"

    /// Source, licence and changes, to be shown with the data.
    public static var attributionURL: URL? { Bundle.module.url(forResource: "Resources/ATTRIBUTION", withExtension: "txt") }

    /// Unpacks the resource, verifies its digest, and splits it.
    public static func load() throws(DatasetError) -> Dataset {
        let name = "digits.csv.gz"
        guard let url = Bundle.module.url(forResource: "Resources/digits.csv", withExtension: "gz") else {
            throw .unreadable(file: name, reason: "the package's resource bundle lacks it: build the package again")
        }
        let data: Data
        do { data = try Gzip.decompress(Data(contentsOf: url), limit: unpackedSize) } catch {
            throw .unreadable(file: url.path, reason: "\(error)")
        }
        let digest = SHA256Digest.hex(of: data)
        guard digest == sha256 else { throw .checksumMismatch(file: url.path, expected: sha256, got: digest) }
        let (pixels, labels) = try parse(data, name: name)
        let all = Samples(bytes: pixels, divisor: largestPixel, featureCount: pixelCount, targets: .classes(labels))
        return Dataset(
            name: "digits", training: all.selecting(Array(0..<trainingCount)), test: all.selecting(Array(trainingCount..<rowCount)),
            inputShape: [8, 8], classCount: classCount, inputBox: InputBox(0...1, features: pixelCount))
    }

    /// Rows of 64 pixels, 0 to 16, and a label, 0 to 9, separated by commas; one row a line.
    static func parse(_ data: Data, name: String) throws(DatasetError) -> (pixels: [UInt8], labels: [Int]) {
        var pixels: [UInt8] = []
        var labels: [Int] = []
        pixels.reserveCapacity(rowCount * pixelCount)
        for (number, line) in data.split(separator: UInt8(ascii: "\n")).enumerated() {
            let fields = line.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
            guard fields.count == pixelCount + 1 else {
                throw .malformed(file: name, problem: "line \(number + 1) has \(fields.count) fields", accepted: "\(pixelCount + 1)")
            }
            for (column, field) in fields.enumerated() {
                let largest = column < pixelCount ? largestPixel : classCount - 1
                guard let value = UInt8(String(decoding: field, as: UTF8.self)), value <= largest else {
                    throw .malformed(
                        file: name, problem: "line \(number + 1), field \(column + 1) is \"\(String(decoding: field, as: UTF8.self))\"",
                        accepted: "0 to \(largest)")
                }
                if column < pixelCount { pixels.append(value) } else { labels.append(Int(value)) }
            }
        }
        return (pixels, labels)
    }
}
