// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// What `adamprobe data list` says about a set.
public struct SetReport: Sendable, Equatable, Codable {
    /// How much of a set is there, by the names of its files (`adamprobe data check` verifies their bytes).
    public enum State: String, Sendable, Codable { case embedded, complete, partial, absent }

    public let name: String
    public let title: String
    public let state: State
    /// The folder that it would be loaded from; nil if absent or embedded.
    public let folder: String?
    /// Names of files that aren't in that folder.
    public let missing: [String]
    /// Bytes of all files, unpacked.
    public let size: Int
    public let licence: String
    /// Every folder that is looked at, in order.
    public let lookedIn: [String]

    /// The embedded set, then every published one.
    public static func all(_ locations: DataLocations = DataLocations()) -> [SetReport] {
        [
            SetReport(
                name: "digits", title: "handwritten digits, 8 × 8 (UCI optdigits test set)", state: .embedded, folder: nil, missing: [],
                size: Digits.unpackedSize, licence: "CC BY 4.0, E. Alpaydin & C. Kaynak (1998)", lookedIn: [])
        ] + PublishedSet.all.map { SetReport($0, locations) }
    }

    private init(
        name: String, title: String, state: State, folder: String?, missing: [String], size: Int, licence: String, lookedIn: [String]
    ) {
        self.name = name
        self.title = title
        self.state = state
        self.folder = folder
        self.missing = missing
        self.size = size
        self.licence = licence
        self.lookedIn = lookedIn
    }

    init(_ set: PublishedSet, _ locations: DataLocations) {
        let places = locations.places(for: set).filter(\.isPlausible)
        let place = places.first(where: \.isComplete) ?? places.first(where: \.isUsable) ?? places.first { !$0.files.isEmpty }
        self.init(
            name: set.name, title: set.title, state: place.map { $0.isComplete ? .complete : .partial } ?? .absent,
            folder: place?.folder.path, missing: place?.missing ?? set.files.map(\.name), size: set.size, licence: set.licence,
            lookedIn: locations.folders(for: set).map(\.path))
    }
}

/// What `adamprobe data check` says about a file.
public struct FileCheck: Sendable, Equatable, Codable {
    public let set: String
    public let file: String
    /// Whether the unpacked bytes are the published ones or, for an approximate file, those it is known by.
    public let isGood: Bool
    /// In words: what is right or wrong.
    public let detail: String

    /// Verifies the embedded set.
    public static func digits() -> [FileCheck] {
        do {
            let data = try Digits.load()
            let count = data.training.count + (data.test?.count ?? 0)
            return [FileCheck(set: "digits", file: "(embedded)", isGood: true, detail: "SHA-256 as shipped, \(count) images")]
        } catch {
            return [FileCheck(set: "digits", file: "(embedded)", isGood: false, detail: error.description)]
        }
    }

    /// Verifies every file of a set in every place that holds some; empty if none does. In the folder ADAMPROBE_DATA itself, files of
    /// another set with the same names are passed over.
    public static func all(of set: PublishedSet, _ locations: DataLocations = DataLocations()) -> [FileCheck] {
        let places = locations.places(for: set).filter { $0.isPlausible || $0.folder.lastPathComponent == set.name }
        return places.flatMap { $0.files }.map { FileCheck($0, of: set) }
    }

    private init(_ located: LocatedFile, of set: PublishedSet) {
        var problem: DatasetError?
        do { _ = try located.verifiedContents() } catch { problem = error }
        let isExact = located.file != set.approximateTest
        self.init(
            set: set.name, file: located.url.path, isGood: problem == nil,
            detail: problem?.description
                ?? (isExact ? "the published bytes" : "the known approximate copy: its inexact records are left out"))
    }

    private init(set: String, file: String, isGood: Bool, detail: String) {
        self.set = set
        self.file = file
        self.isGood = isGood
        self.detail = detail
    }
}

extension DataPlace {
    /// Whether the files can be this set's: MNIST and Fashion-MNIST share all names, and the smallest file tells them apart at little cost.
    var isPlausible: Bool {
        guard self.set.format == .idx, let smallest = files.min(by: { $0.file.size < $1.file.size }) else { return true }
        return (try? smallest.verifiedContents()) != nil
    }
}
