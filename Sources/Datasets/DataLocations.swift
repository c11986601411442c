// SPDX-License-Identifier: GPL-3.0-or-later
import Foundation

/// Where published sets are looked for, in this order:
/// 1. `$ADAMPROBE_DATA/<set>`, `$ADAMPROBE_DATA`,
/// 2. the user's cache: `$XDG_CACHE_HOME/adamprobe/<set>`, or `~/.cache/adamprobe/<set>` where XDG_CACHE_HOME is unset, empty or relative
///    (XDG base directory specification),
/// 3. folders of the system's packages (Debian's dataset-fashion-mnist).
///
/// CIFAR-10 may also lie in the folder that its archive unpacks to, `cifar-10-batches-bin`, inside any of these.
public struct DataLocations: Sendable {
    private let explicit: URL?
    private let cache: URL
    private let searchesSystem: Bool

    /// - Parameters:
    ///   - environment: the variables ADAMPROBE_DATA, XDG_CACHE_HOME and HOME are read from.
    ///   - searchesSystem: whether folders of the system's packages count.
    public init(environment: [String: String] = ProcessInfo.processInfo.environment, searchesSystem: Bool = true) {
        explicit = environment["ADAMPROBE_DATA"].flatMap { $0.isEmpty ? nil : URL(fileURLWithPath: $0, isDirectory: true) }
        let home = environment["HOME"].map { URL(fileURLWithPath: $0, isDirectory: true) } ?? FileManager.default.homeDirectoryForCurrentUser
        let xdg = environment["XDG_CACHE_HOME"].flatMap { $0.hasPrefix("/") ? URL(fileURLWithPath: $0, isDirectory: true) : nil }
        cache = (xdg ?? home.appendingPathComponent(".cache")).appendingPathComponent("adamprobe")
        self.searchesSystem = searchesSystem
    }

    /// Where `adamprobe data fetch` puts a set unless told otherwise: the user's cache.
    public func fetchFolder(for set: PublishedSet) -> URL { cache.appendingPathComponent(set.name) }

    /// The folders that a set is looked for in, in order; they need not exist.
    public func folders(for set: PublishedSet) -> [URL] {
        var folders: [URL] = []
        if let explicit { folders += [explicit.appendingPathComponent(set.name), explicit] }
        folders.append(fetchFolder(for: set))
        if searchesSystem { folders += set.systemFolders.map { URL(fileURLWithPath: $0, isDirectory: true) } }
        guard set.format == .cifar10 else { return folders }
        return folders.flatMap { [$0, $0.appendingPathComponent("cifar-10-batches-bin")] }
    }

    /// What lies in each of those folders, by name only.
    public func places(for set: PublishedSet) -> [DataPlace] { folders(for: set).map { DataPlace(folder: $0, set: set) } }

    /// The place to load a set from: the first that holds every file, else the first that holds enough of it (CIFAR-10: a training batch).
    /// Files count only with the published bytes, since MNIST and Fashion-MNIST share their names.
    ///
    /// - Throws: ``DatasetError/absent(set:places:)`` with a line for each place and what was wrong there.
    func usablePlace(for set: PublishedSet) throws(DatasetError) -> (place: DataPlace, contents: [String: Data]) {
        let places = places(for: set)
        var remarks: [String: String] = [:]
        for place in places.filter(\.isComplete) + places.filter({ !$0.isComplete && $0.isUsable }) {
            do { return (place, try place.verifiedContents()) } catch { remarks[place.folder.path] = error.description }
        }
        throw .absent(set: set.name, places: places.map { "\($0.folder.path): \(remarks[$0.folder.path] ?? $0.summary)" })
    }
}
